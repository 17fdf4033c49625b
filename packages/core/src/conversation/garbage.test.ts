import { describe, expect, test } from 'vitest';
import { alertOf, play, START, said, types } from './fixtures.js';
import { transition } from './transition.js';

describe('what no plugin should say changes nothing for the worse', () => {
  test.each(['urgent', '__proto__', '', 7])('a severity %j is medium', (severity) => {
    const game = play();
    game.alert(1, { severity: severity as 'high' });
    expect(game.task().severity).toBe('medium');
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e17])('first seen at %d: the clock starts now', (seenAt) => {
    const game = play();
    game.alert(1, { seenAt });
    expect(game.task().alert.seenAt).toBe(START);
    expect(game.task().state).toBe('asking');
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e13, -5])('wait for %d ms: an hour at the most', (retryAfterMs) => {
    const game = play();
    game.alert();
    game.no();
    for (let i = 0; i < 3; i += 1) {
      game.take({ type: 'failed', code: 'RATE_LIMITED', notSent: true, retryAfterMs, key: game.effect('report').key });
      const { notBefore } = game.effect('report');
      expect(notBefore).toBeGreaterThan(game.at);
      expect(notBefore).toBeLessThanOrEqual(game.at + 3_600_000);
    }
  });

  test('a challenge that is attempted twice counts once', () => {
    const game = play();
    game.alert();
    game.prove();
    game.yes();
    const { key } = game.attempt();
    game.take({ type: 'attempting', key });
    expect(game.task().pushes).toBe(1);
  });
});

describe('what no store should hold proves nothing and stops nothing', () => {
  test('a check of another challenge than the one that is out', () => {
    const game = play();
    game.alert();
    game.prove();
    game.push();
    const { key } = game.effect('check');
    const outbox = game.conversation.outbox.map((effect) =>
      effect.key === key ? { ...effect, token: 'old' } : effect,
    );
    const event = { type: 'checked', at: game.at, key, result: 'approved' } as const;
    const [next] = transition({ ...game.conversation, outbox }, event, game.policy);
    expect(next.tasks[0]?.state).toBe('proving');
    expect(types(next.outbox)).not.toContain('check');
  });

  test('a push that was not saved as attempted before it was sent', () => {
    const game = play();
    game.alert();
    game.prove();
    game.yes();
    game.take({ type: 'challenged', key: game.effect('challenge').key, token: 't' });
    expect(game.types()).not.toContain('check');
    expect(game.task().state).toBe('proving');
  });

  test.each([
    { type: 'ready', readiness: { ready: true } },
    { type: 'attempting' },
    { type: 'challenged', token: 't' },
    { type: 'lost' },
    { type: 'checked', result: 'approved' },
    { type: 'failed', code: 'UNAVAILABLE', notSent: true },
  ] as const)('an effect of a question that is gone is dropped when it is $type', (result) => {
    const game = play();
    const waits = { notBefore: START, tries: 0, question: 'gone' };
    const outbox = [
      { ...waits, key: 'U1/1', type: 'readiness' },
      { ...waits, key: 'U1/2', type: 'challenge', id: 'gone.1', attempted: result.type !== 'attempting' },
      { ...waits, key: 'U1/3', type: 'check', token: 't' },
    ] as const;
    const about = { ready: 'U1/1', checked: 'U1/3', failed: 'U1/3' } as const;
    const key = result.type in about ? about[result.type as keyof typeof about] : 'U1/2';
    const [next, effects] = transition({ ...game.conversation, outbox }, { ...result, at: START, key }, game.policy);
    expect(next.outbox).toEqual(outbox.filter((effect) => effect.key !== key));
    expect(effects).toEqual([]);
  });
});

describe('what is refused is not tried for ever where nobody loses by it', () => {
  const refused = { type: 'failed', code: 'REJECTED', notSent: true } as const;

  test('a mute, and the lifting of one', () => {
    const game = play();
    game.alert(1);
    game.prove();
    game.push();
    game.settle('approved');
    game.take({ ...refused, key: game.effect('mute').key });
    game.alert(2);
    game.no();
    game.take({ ...refused, key: game.effect('unmute').key });
    expect(game.types()).not.toContain('mute');
    expect(game.types()).not.toContain('unmute');
  });

  test('an opt-out: the person is told', () => {
    const game = play();
    game.person({ type: 'opt-out', username: 'ann', standing: false, command: 'stop' });
    expect(said(game.take({ ...refused, key: game.effect('opt-out').key }))).toEqual(['not-available']);
    expect(said(game.alert())).toContain('question');
  });

  test('taking it back, likewise; where the list of opt-outs is only away, it is tried again', () => {
    const game = play();
    game.person({ type: 'opt-in', username: 'ann', standing: true, command: 'start' });
    const { key } = game.effect('opt-in');
    expect(game.take({ type: 'failed', code: 'UNAVAILABLE', notSent: true, key })).toEqual([]);
    expect(game.effect('opt-in').tries).toBe(1);
    expect(said(game.take({ ...refused, key }))).toEqual(['not-available']);
    expect(game.types()).toEqual(['notice', 'send', 'send']);
  });

  test('a reply: it alone is dropped', () => {
    const game = play();
    game.alert();
    game.person({ type: 'reply', parts: [{ text: 'talk' }] });
    const reply = game.conversation.outbox[1];
    game.take({ ...refused, key: reply?.key ?? '' });
    expect(game.conversation.outbox).toMatchObject([{ asks: expect.any(String) }]);
    expect(game.task().state).toBe('asking');
  });
});

test('stop and start at once: each goes by what is about to be', () => {
  const game = play();
  const opt = (type: 'opt-out' | 'opt-in') =>
    said(game.person({ type, username: 'ann', standing: false, command: type === 'opt-out' ? 'stop' : 'start' }));
  expect(opt('opt-out')).toEqual(['stop success']);
  expect(opt('opt-out')).toEqual(['stop failure']);
  expect(opt('opt-in')).toEqual(['start success']);
  expect(opt('opt-in')).toEqual(['start failure']);
  expect(game.types().filter((type) => type.startsWith('opt'))).toEqual(['opt-out', 'opt-in']);
});

test('stop before the push went out: no push goes out any more', () => {
  const game = play();
  game.alert();
  game.prove();
  game.yes();
  game.person({ type: 'opt-out', username: 'ann', standing: false, command: 'stop' });
  expect(game.types()).not.toContain('challenge');
  expect(game.task().verdict).toMatchObject({ cause: 'opted-out' });
});

test('a denial lifts a mute at once for what arrives meanwhile', () => {
  const game = play();
  game.alert(1);
  game.no();
  const entry = { username: 'ann', title: 'sudo', reason: 'r', until: START + 1 };
  expect(said(game.alert(2, { title: ' SUDO' }, { to: 'mute', entry }))).toContain('question');
});

test.each([{ title: 'login' }, { username: 'ann-admin' }])('a denial lifts no other mute: %j', (change) => {
  const game = play();
  game.alert(1);
  game.no();
  const entry = { username: 'ann', title: 'sudo', reason: 'r', until: START + 1, ...change };
  expect(game.alert(2, change, { to: 'mute', entry })).toEqual([]);
  expect(game.task(2).verdict).toMatchObject({ kind: 'muted' });
});

test('of an alert nobody is asked about, little evidence is kept: the whole is in the store', () => {
  const game = play();
  game.alert(1, { reason: 'x'.repeat(60_000) }, { to: 'escalate', cause: 'flood' });
  game.alert(2, { reason: 'x'.repeat(60_000) });
  expect(game.task(1).alert.reason).toHaveLength(500);
  expect(game.task(2).alert.reason).toHaveLength(60_000);
});

test('replies that wait for a slow chat are dropped beyond twenty; a page is drawn once; questions go out', () => {
  const game = play();
  for (let i = 0; i < 30; i += 1) {
    game.person({ type: 'reply', parts: [{ text: 'talk' }] });
    game.person({ type: 'opened' });
  }
  expect(types(game.conversation.outbox).filter((type) => type === 'send')).toHaveLength(20);
  expect(types(game.conversation.outbox).filter((type) => type === 'home')).toHaveLength(1);
  expect(said(game.alert())).toContain('question');
  expect(game.conversation.questions[0]?.tasks).toEqual([alertOf(1).id]);
});

test('a question that waits for a slow chat takes no reply’s place', () => {
  const game = play();
  game.alert();
  for (let i = 0; i < 30; i += 1) game.person({ type: 'reply', parts: [{ text: 'talk' }] });
  expect(game.conversation.outbox).toHaveLength(1 + 20);
});

test.each([{ title: 'login' }, { username: 'ann-admin' }])(
  '`ignore last` mutes one title of one login, also where %j was closed at the same moment',
  (change) => {
    const game = play({ muteAfterProofMs: 0 });
    game.alert(1);
    game.prove();
    game.push();
    game.settle('approved');
    game.alert(2, { ...change, severity: 'critical' });
    game.prove();
    game.push();
    game.settle('approved');
    game.person({ type: 'ignore', which: 'last', durationMs: 1000 });
    expect(game.effect('mute')).toMatchObject({ entry: { username: 'ann', title: 'sudo', maxSeverity: 'medium' } });
  },
);
