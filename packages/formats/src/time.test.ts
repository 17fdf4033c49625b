import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTime, parseWhen } from './time.js';

const NOW = Date.UTC(2026, 10, 24, 12);

describe('times', () => {
  test.each([
    ['2026-11-24T09:30:00Z', Date.UTC(2026, 10, 24, 9, 30)],
    ['2026-11-24T09:30:00', Date.UTC(2026, 10, 24, 9, 30)],
    ['2026-11-24 09:30', Date.UTC(2026, 10, 24, 9, 30)],
    [' 2026-11-24 ', Date.UTC(2026, 10, 24)],
    ['2026-11-24T09:30:00.250Z', Date.UTC(2026, 10, 24, 9, 30, 0, 250)],
    ['2026-11-24T09:30:00+01:00', Date.UTC(2026, 10, 24, 8, 30)],
    ['2026-11-24T09:30:00-0530', Date.UTC(2026, 10, 24, 15)],
    ['2026-11-24T00:30+01', Date.UTC(2026, 10, 23, 23, 30)],
    ['2028-02-29', Date.UTC(2028, 1, 29)],
  ])('%s', (text, ms) => expect(parseTime(text)).toBe(ms));

  test('the first centuries are not the last one', () => {
    expect(new Date(parseTime('0030-01-02') ?? 0).toISOString()).toBe('0030-01-02T00:00:00.000Z');
  });

  test.each([
    '',
    'yesterday',
    '2026-02-31',
    '2026-13-01',
    '2027-02-29',
    '2026-11-24T24:00:00Z',
    '2026-11-24T09:60',
    '24.11.2026',
    '1764000000',
    '2026-11-24T09:30:00 CET',
  ])('"%s" is none', (text) => expect(parseTime(text)).toBeUndefined());

  test('every time of a clock reads back', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
        expect(parseTime(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});

describe('so long ago', () => {
  test.each([
    ['-30m', 30 * 60_000],
    ['-6h', 6 * 3_600_000],
    ['-2D', 48 * 3_600_000],
    ['-1d12h5m', 36 * 3_600_000 + 5 * 60_000],
    ['-0m', 0],
  ])('%s', (text, ms) => expect(parseWhen(text, NOW)).toBe(NOW - ms));

  test('absurd numbers are long ago', () => {
    expect(parseWhen(`-${'9'.repeat(400)}d`, NOW)).toBe(NOW - 1e14);
  });

  test.each(['-', '6h', '-6', '-6x', '--6h', '-6h2d', '-1.5h'])('"%s" is none', (text) =>
    expect(parseWhen(text, NOW)).toBeUndefined(),
  );

  test('a time is one here, too', () => expect(parseWhen('2026-11-24', NOW)).toBe(Date.UTC(2026, 10, 24)));
});
