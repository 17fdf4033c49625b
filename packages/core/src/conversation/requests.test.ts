import { describe, expect, test } from 'vitest';
import { alertOf, HOUR, MINUTE, play, START, said, types } from './fixtures.js';
import type { Conversation } from './types.js';

const confirmed = (game: ReturnType<typeof play>) => {
  game.prove();
  game.push();
  return game.settle('approved');
};

describe('ignore', () => {
  test('ignore current is a wish that the proof grants; of two mutes the later end wins', () => {
    const game = play({ muteAfterProofMs: HOUR });
    game.alert();
    expect(said(game.person({ type: 'ignore', which: 'current', durationMs: 90 * MINUTE }))).toEqual(['ignore-later']);
    expect(game.types()).not.toContain('mute');
    expect(confirmed(game)[0]).toMatchObject({ entry: { until: START + 90 * MINUTE } });
  });

  test('a wish without a proof mutes nothing', () => {
    const game = play();
    game.alert();
    game.person({ type: 'ignore', which: 'current', durationMs: HOUR });
    game.prove();
    game.no();
    expect(game.types()).not.toContain('mute');
  });

  test('ignore last is about the one just dealt with (the original took the last queued one)', () => {
    const game = play({ muteAfterProofMs: 0 });
    game.alert(1);
    game.alert(2, { title: 'login' });
    confirmed(game);
    const effects = game.person({ type: 'ignore', which: 'last', durationMs: HOUR });
    expect(effects).toMatchObject([
      { type: 'mute', entry: { title: 'sudo', until: START + HOUR, since: START } },
      { parts: [{ message: 'ignored-until', values: { title: 'sudo', duration: '1 hour' } }] },
    ]);
    expect(game.task(1).verdict).toMatchObject({ mutedUntil: START + HOUR });
  });

  test('ignore last for less than the mute that stands changes nothing; the person is told how long it lasts', () => {
    const game = play({ muteAfterProofMs: HOUR });
    game.alert();
    confirmed(game);
    game.deliver();
    game.advance(10 * MINUTE);
    expect(game.person({ type: 'ignore', which: 'last', durationMs: MINUTE })).toMatchObject([
      { type: 'send', parts: [{ message: 'ignored-until', values: { duration: '50 minutes' } }] },
    ]);
  });

  test('the last alert is the one that was closed last, whichever came first', () => {
    const game = play({ muteAfterProofMs: 0 });
    for (const [number, title] of ['sudo', 'login', 'key export'].entries()) {
      game.alert(number, { title });
      confirmed(game);
      game.advance(MINUTE);
    }
    game.person({ type: 'ignore', which: 'last', durationMs: HOUR });
    expect(game.effect('mute')).toMatchObject({ entry: { title: 'key export' } });
  });

  test('ignore last needs a proven alert', () => {
    const game = play({ titles: { waived: { proof: 'waived' } } });
    const ignore = () => said(game.person({ type: 'ignore', which: 'last', durationMs: HOUR }));
    expect(ignore()).toEqual(['ignore-no-last']);
    game.alert(1);
    game.no();
    expect(ignore()).toEqual(['ignore-no-last']);
    game.advance(MINUTE);
    game.alert(2, { title: 'waived' });
    game.yes();
    expect(ignore()).toEqual(['ignore-no-last']);
    expect(game.types()).not.toContain('mute');
  });

  test('ignore last needs all that was closed last to be proven', () => {
    const game = play({ muteAfterProofMs: 0 });
    game.alert(1);
    confirmed(game);
    game.alert(2, {}, { to: 'escalate', cause: 'flood' });
    expect(said(game.person({ type: 'ignore', which: 'last', durationMs: HOUR }))).toEqual(['ignore-no-last']);
  });

  test('longer than four hours is cut, and said so; zero is refused; absurd is just long', () => {
    const game = play({ muteAfterProofMs: 0 });
    game.alert();
    confirmed(game);
    expect(said(game.person({ type: 'ignore', which: 'last', durationMs: 0 }))).toEqual(['ignore-zero']);
    const effects = game.person({ type: 'ignore', which: 'last', durationMs: Number.MAX_SAFE_INTEGER });
    expect(effects[0]).toMatchObject({ entry: { until: START + 4 * HOUR } });
    expect(effects[1]).toMatchObject({
      parts: [{ message: 'ignore-cut', values: { longest: '4 hours' } }, { message: 'ignored-until' }],
    });
  });

  test('four hours are not too long; ignore current is cut likewise', () => {
    const game = play();
    game.alert();
    const ignore = (durationMs: number) => game.person({ type: 'ignore', which: 'current', durationMs });
    expect(said(ignore(4 * HOUR))).toEqual(['ignore-later']);
    expect(ignore(5 * HOUR)).toMatchObject([
      {
        parts: [
          { message: 'ignore-cut', values: { longest: '4 hours' } },
          { message: 'ignore-later', values: { title: 'sudo', duration: '4 hours' } },
        ],
      },
    ]);
  });

  test('policy can switch it off', () => {
    const game = play({ longestIgnoreMs: 0 });
    game.alert();
    expect(said(game.person({ type: 'ignore', which: 'current', durationMs: HOUR }))).toEqual(['not-available']);
  });

  test('ignore current: nothing on the table; more than one on the table', () => {
    const game = play();
    const ignore = () => said(game.person({ type: 'ignore', which: 'current', durationMs: HOUR }));
    expect(ignore()).toEqual(['ignore-no-current']);
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    expect(ignore()).toEqual(['which-one', 'open-question', 'open-question']);
    expect(game.conversation.questions.every(({ wishMs }) => wishMs === undefined)).toBe(true);
  });
});

describe('stop and start', () => {
  const stop = { type: 'opt-out', username: 'ann', standing: false, command: 'stop' } as const;

  test('stop hides no alert: what is open goes to the security team at once, and it is recorded and reported', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'login' });
    const effects = game.person(stop);
    expect(types(effects)).toEqual(['opt-out', 'notice', 'report', 'send']);
    expect(effects[0]).toMatchObject({ username: 'ann', reason: 'asked to be left alone' });
    expect(effects[2]).toMatchObject({ cause: 'opted-out', tasks: [alertOf(1).id, alertOf(2).id] });
    expect(said(effects)).toEqual(['stop success']);
    expect(game.conversation.talking).toBe(false);
  });

  test('what arrives before the opt-out is performed is not asked either', () => {
    const game = play();
    game.person(stop);
    expect(game.alert()).toMatchObject([{ type: 'report', cause: 'opted-out' }]);
    game.deliver();
    expect(said(game.alert(2, { title: 'login' }))).toEqual(['greeting', 'alert', 'question']);
  });

  test('a push that is out settles first', () => {
    const game = play();
    game.alert(1);
    game.prove();
    game.push();
    game.person(stop);
    expect(game.task().state).toBe('proving');
    game.settle('approved');
    expect(game.task().verdict).toMatchObject({ kind: 'confirmed' });
  });

  test('beside a push that is out, another question goes to the security team at once', () => {
    const game = play();
    game.alert(1);
    game.prove();
    game.push();
    game.alert(2, { title: 'key export', severity: 'critical' });
    game.person(stop);
    expect(game.task(1).state).toBe('proving');
    expect(game.task(2).verdict).toMatchObject({ cause: 'opted-out' });
  });

  test('what is closed already is not reported again', () => {
    const game = play();
    game.alert();
    game.no();
    expect(types(game.person(stop))).toEqual(['opt-out', 'notice', 'send']);
    expect(game.task().verdict).toMatchObject({ cause: 'denied' });
  });

  test('a push that expires after stop is not asked about again', () => {
    const game = play();
    game.alert(1);
    game.prove();
    game.push();
    game.person(stop);
    game.settle('expired');
    expect(game.task().verdict).toMatchObject({ cause: 'opted-out' });
  });

  test('a second factor that is being looked up is not asked any more', () => {
    const game = play();
    game.alert();
    game.yes();
    game.person(stop);
    expect(game.types()).not.toContain('readiness');
  });

  test('alerts of another login of the same person stay open', () => {
    const game = play();
    game.alert(1, { username: 'ann-admin' });
    game.person(stop);
    expect(game.task().state).toBe('asking');
    game.prove();
    game.push();
    expect(said(game.settle('expired'))).toEqual(['permission-again']);
    expect(said(game.no())).toEqual(['told-refused-proof', 'goodbye']);
  });

  test('each says so when there is nothing to do; start is recorded and reported', () => {
    const game = play();
    expect(said(game.person({ ...stop, standing: true }))).toEqual(['stop failure']);
    const start = { type: 'opt-in', username: 'ann', command: 'start' } as const;
    expect(said(game.person({ ...start, standing: false }))).toEqual(['start failure']);
    expect(types(game.person({ ...start, standing: true }))).toEqual(['opt-in', 'notice', 'send']);
  });

  test('policy can switch both off', () => {
    const game = play({ optOut: false });
    expect(said(game.person(stop))).toEqual(['not-available']);
    expect(said(game.person({ ...stop, type: 'opt-in' }))).toEqual(['not-available']);
    expect(game.types()).toEqual(['send', 'send']);
  });
});

describe('small talk', () => {
  test('status lists what is open and counts what waits', () => {
    const game = play();
    expect(said(game.person({ type: 'status' }))).toEqual(['status-none']);
    game.alert(1);
    expect(said(game.person({ type: 'status' }))).toEqual(['status-head', 'open-question']);
    game.alert(2, { title: 'login' });
    game.alert(3, { title: 'key export' });
    const effects = game.person({ type: 'status' });
    expect(said(effects)).toEqual(['status-head', 'open-question', 'status-waiting']);
    expect(effects[0]).toMatchObject({
      parts: [{}, { values: { number: '1', title: 'sudo', state: 'asking' } }, { values: { count: '2' } }],
    });
  });

  test('test raises an alert, once', () => {
    const game = play();
    const raise = { type: 'raise', alert: alertOf(9), reply: [{ text: 'done' }], id: 'e1' } as const;
    expect(types(game.person(raise))).toEqual(['raise', 'send']);
    expect(game.person(raise)).toEqual([]);
    game.take({ type: 'failed', code: 'UNAVAILABLE', notSent: false, key: game.effect('raise').key });
    expect(game.effect('raise').tries).toBe(1);
    game.take({ type: 'failed', code: 'REJECTED', notSent: true, key: game.effect('raise').key });
    expect(game.types()).toEqual(['send']);
  });

  test.each([{ title: 'login' }, { username: 'ann-admin' }])('test raises its alert beside another: %j', (change) => {
    const game = play();
    game.alert(1, change);
    expect(types(game.person({ type: 'raise', alert: alertOf(9), reply: [{ text: 'done' }] }))).toContain('raise');
    expect(said(game.person({ type: 'raise', alert: alertOf(8, change), reply: [] }))).toEqual(['raise-open']);
  });

  test('opening the page of open questions has it drawn', () => {
    const game = play();
    expect(types(game.person({ type: 'opened' }))).toEqual(['home']);
    game.take({ type: 'failed', code: 'REJECTED', notSent: true, key: game.effect('home').key });
    expect(game.types()).toEqual([]);
  });
});

test('a conversation stays small: closed tasks, events, answered questions and pushes are dropped', () => {
  const game = play({ muteAfterProofMs: 0, pushesPerHour: 1000 });
  const sizes: number[] = [];
  const size = ({ version: _, ...conversation }: Conversation) => JSON.stringify(conversation).length;
  for (let i = 1; i <= 100; i += 1) {
    game.alert(i, { title: `title ${String(i).padStart(3, '0')}` });
    game.prove();
    game.push();
    game.settle('approved');
    game.deliver();
    game.deliver();
    game.advance(10 * MINUTE);
    if (i >= 50) sizes.push(size(game.conversation));
  }
  expect(game.conversation.tasks).toHaveLength(5);
  expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(1000);
});

test('a result of an effect that is gone changes nothing', () => {
  const game = play();
  game.alert();
  const before = game.conversation;
  expect(game.take({ type: 'done', key: 'U1/99' })).toEqual([]);
  expect(game.conversation).toBe(before);
});

test.each(['send', 'readiness', 'challenge', 'check'] as const)(
  'results of another kind change nothing: %s',
  (type) => {
    const game = play();
    game.alert();
    if (type === 'readiness') game.yes();
    if (type === 'challenge' || type === 'check') game.prove();
    if (type === 'challenge') game.yes();
    if (type === 'check') game.push();
    const before = game.conversation;
    const { key } = game.effect(type);
    for (const [about, event] of [
      ['readiness', { type: 'ready', readiness: { ready: true } }],
      ['challenge', { type: 'attempting' }],
      ['challenge', { type: 'challenged', token: 't' }],
      ['challenge', { type: 'lost' }],
      ['check', { type: 'checked', result: 'approved' }],
    ] as const) {
      if (about !== type) expect(game.take({ ...event, key })).toEqual([]);
    }
    expect(game.conversation).toBe(before);
  },
);
