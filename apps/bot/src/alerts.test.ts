import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AlertFields, alertOf } from '@securitybot/formats';
import { afterAll, describe, expect, test } from 'vitest';
import { alertStory, createAlert, showAlert } from './alerts.js';
import { HOSTILE, UNPRINTABLE } from './fixtures/desk.js';

const folder = mkdtempSync(join(tmpdir(), 'securitybot-'));
const url = `sqlite:${join(folder, 'alerts.db')}`;
afterAll(() => rmSync(folder, { recursive: true }));
const raise = (fields: AlertFields) => createAlert(url, alertOf(fields, Date.now()));

describe('alerts from the command line', () => {
  test('an alert is created once for an id', async () => {
    const id = 'ab'.repeat(32);
    expect(await raise({ username: 'Ann', title: 'sudo', id: id.toUpperCase() })).toEqual({
      id,
      isNew: true,
    });
    expect(await raise({ username: 'Ann', title: 'sudo', id })).toEqual({ id, isNew: false });
    const story = await showAlert(url, id);
    expect(story).toContain('login       ann');
    expect(story).toContain('0 (open, not yet assigned)');
    expect(story).not.toContain('verdict');
  });

  test('without an id each is another', async () => {
    const first = await raise({ username: 'ann', title: 'sudo', severity: 'high' });
    const second = await raise({ username: 'ann', title: 'sudo' });
    expect(first.id).toMatch(/^[0-9a-f]{64}$/);
    expect(second.id).not.toBe(first.id);
    expect(await showAlert(url, first.id)).toContain('severity    high');
  });

  test('an unknown id is undefined, a wrong one an error that says what an id is', async () => {
    expect(await showAlert(url, '00'.repeat(32))).toBeUndefined();
    await expect(showAlert(url, 'nonsense')).rejects.toThrow(/64/);
  });

  test('hostile text of any field reaches no terminal', async () => {
    const { id } = await raise({
      username: `ann${HOSTILE}`,
      title: HOSTILE,
      description: HOSTILE,
      reason: HOSTILE.repeat(5000),
      url: HOSTILE,
    });
    const story = (await showAlert(url, id)) ?? '';
    expect(story).not.toMatch(UNPRINTABLE);
    expect(story.length).toBeLessThan(20_000);
  });
});

describe('the story of an alert', () => {
  const alert = {
    id: 'ab'.repeat(32),
    username: 'ann',
    title: 'sudo',
    description: '',
    reason: '',
    url: '',
    eventTime: 0,
  };

  test('an event time that is none does not hide the rest', () => {
    const story = alertStory({ alert: { ...alert, eventTime: Number.NaN }, severity: null, status: 0, response: null });
    expect(story).toContain('unreadable time');
  });

  test('half an alert is called so', () => {
    expect(alertStory({ alert, severity: null, status: null, response: null })).toContain(
      'its alert_status is missing',
    );
    expect(alertStory({ alert, severity: null, status: 0, response: null, rejected: 'no login' })).toMatch(
      /rejected +no login/,
    );
  });

  test.each([
    [{ kind: 'confirmed', at: 5000, proof: 'challenge' }, 'confirmed, proof: challenge'],
    [{ kind: 'escalated', at: 5000, cause: 'fraud' }, 'escalated, cause: fraud'],
    [{ kind: 'muted', at: 5000, reason: 'known job' }, 'muted: known job'],
    [undefined, 'none yet (closed)'],
  ] as const)('%j reads "%s"', (verdict, text) => {
    const story = alertStory({
      alert,
      severity: null,
      status: 2,
      response: { comment: 'cut …', performed: true, authenticated: false },
      task: {
        alert: { ...alert, seenAt: 1000 },
        severity: 'medium',
        state: 'closed',
        deadline: 0,
        pushes: 1,
        answer: { said: 'yes', explanation: 'the whole words', at: 2000 },
        history: [
          { at: 1000, what: 'seen' },
          { at: 5000, what: 'pushed', detail: 'an id' },
        ],
        addedIn: 1,
        changedIn: 2,
        ...(verdict ? { verdict } : {}),
      },
    });
    expect(story).toContain(text);
    // What lists call the severity is what the detector said; the policy's is told apart.
    expect(story).not.toContain('severity ');
    expect(story).toContain('treated as  medium');
    expect(story).toContain('comment     the whole words');
    expect(story).toContain('1970-01-01T00:00:05.000Z  sent a push  (after 4 seconds)');
  });
});
