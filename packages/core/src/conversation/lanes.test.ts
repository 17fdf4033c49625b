import { describe, expect, test } from 'vitest';
import { play, START } from './fixtures.js';
import { heads } from './lanes.js';

type Game = ReturnType<typeof play>;

/** What may be performed next. */
const next = (game: Game) => heads(game.conversation).map(({ type }) => type);

describe('in order', () => {
  test('messages: a person reads them as they were said', () => {
    const game = play();
    game.person({ type: 'reply', parts: [{ text: 'one' }] });
    game.person({ type: 'reply', parts: [{ text: 'two' }] });
    expect(heads(game.conversation)).toMatchObject([{ parts: [{ text: 'one' }] }]);
  });

  test('what goes on the blacklist and off it: the last word counts', () => {
    const game = play({ muteAfterProofMs: 1000 });
    game.alert(1);
    game.prove();
    game.push();
    game.settle('approved');
    game.alert(2);
    game.no();
    const opt = { username: 'ann', standing: false, command: 'x' };
    game.person({ type: 'opt-out', ...opt });
    game.person({ type: 'opt-in', ...opt });
    const order: string[] = [];
    for (;;) {
      const [entry, ...more] = heads(game.conversation).filter(({ type }) => /mute|opt/.test(type));
      if (!entry) break;
      expect(more).toEqual([]);
      order.push(entry.type);
      game.take({ type: 'done', key: entry.key });
    }
    expect(order).toEqual(['mute', 'unmute', 'opt-out', 'opt-in']);
  });

  test('reports, and notices, until one fails: it then holds up no other', () => {
    const game = play();
    game.alert(1, {}, { to: 'escalate', cause: 'flood' });
    game.alert(2, {}, { to: 'escalate', cause: 'opted-out' });
    expect(next(game)).toEqual(['report']);
    game.take({ type: 'failed', code: 'UNAVAILABLE', notSent: true, key: game.effect('report').key });
    expect(next(game)).toEqual(['report', 'report']);
    const opt = { username: 'ann', standing: false, command: 'x' };
    game.person({ type: 'opt-out', ...opt });
    game.person({ type: 'opt-in', ...opt });
    expect(next(game).filter((type) => type === 'notice')).toHaveLength(1);
    game.take({ type: 'failed', code: 'UNAVAILABLE', notSent: true, key: game.effect('notice').key });
    expect(next(game).filter((type) => type === 'notice')).toHaveLength(2);
  });
});

describe('beside each other', () => {
  test('a message that waits for the chat holds up no report', () => {
    const game = play();
    game.alert();
    game.take({
      type: 'failed',
      code: 'RATE_LIMITED',
      retryAfterMs: 60_000,
      notSent: true,
      key: game.effect('send').key,
    });
    game.alert(2, { title: 'login' }, { to: 'escalate', cause: 'flood' });
    expect(heads(game.conversation)).toMatchObject([
      { type: 'send', notBefore: START + 60_000 },
      { type: 'report', notBefore: START },
    ]);
  });

  test('the second factor of two questions', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    game.yes('1');
    game.yes('2');
    expect(next(game).filter((type) => type === 'readiness')).toHaveLength(2);
    game.ready();
    game.yes('1');
    expect(next(game)).toEqual(expect.arrayContaining(['readiness', 'challenge']));
    const { key } = game.attempt();
    game.take({ type: 'challenged', key, token: 't' });
    expect(next(game)).toEqual(expect.arrayContaining(['readiness', 'check']));
  });
});
