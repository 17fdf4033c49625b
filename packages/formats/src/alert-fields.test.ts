import { describe, expect, test } from 'vitest';
import { alertOf } from './alert-fields.js';

const NOW = Date.UTC(2026, 10, 24);
const fields = { username: 'Ann', title: 'sudo' };

describe('the alert that fields tell of', () => {
  test('all of them', () => {
    const id = 'AB'.repeat(32);
    const more = { description: 'd', reason: 'r\n', url: 'u', severity: 'High', event_time: '2026-11-23T09:30Z' };
    expect(alertOf({ ...fields, ...more, id }, NOW)).toEqual({
      ...fields,
      description: 'd',
      reason: 'r\n',
      url: 'u',
      severity: 'high',
      id: id.toLowerCase(),
      eventTime: Date.UTC(2026, 10, 23, 9, 30),
    });
  });

  test('what is left out is empty, and the time is now', () => {
    expect(alertOf(fields, NOW)).toEqual({
      ...fields,
      description: '',
      reason: '',
      url: '',
      eventTime: NOW,
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('with a time, the same fields are the same event; without, each is another', () => {
    const at = { ...fields, event_time: '2026-11-23T09:30Z' };
    expect(alertOf(at, NOW).id).toBe(alertOf(at, NOW + 1).id);
    expect(alertOf({ ...at, reason: 'x' }, NOW).id).not.toBe(alertOf(at, NOW).id);
    expect(alertOf({ ...at, description: 'x' }, NOW).id).not.toBe(alertOf({ ...at, reason: 'x' }, NOW).id);
    expect(alertOf(fields, NOW).id).not.toBe(alertOf(fields, NOW).id);
  });

  test.each([
    [{ username: ' ' }, /^username is missing/],
    [{ title: '\n' }, /^title is missing/],
    [{ severity: '\u001b[2Jawful' }, /^severity is "\[2Jawful"; write low, medium, high, critical, or leave it out$/],
    [{ event_time: 'yesterday' }, /^event_time is "yesterday"; write ISO 8601 such as /],
    [{ id: 'xyz' }, /^id is "xyz"; write 64 hex digits/],
  ])('%j is refused, with the way out', (more, message) => {
    expect(() => alertOf({ ...fields, ...more }, NOW)).toThrow(message);
  });
});
