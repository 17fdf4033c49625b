import { describe, expect, test } from 'vitest';
import { alertOf, HOUR, MINUTE, play, START, said, types } from './fixtures.js';
import type { Effect } from './types.js';

type Game = ReturnType<typeof play>;

/** The numbers of the alerts that the conversation has. */
function kept(game: Game): number[] {
  return game.conversation.tasks.map(({ alert }) => Number.parseInt(alert.id, 16));
}

/** Performs what waits of one type, and no other. */
function perform(game: Game, type: Effect['type']) {
  for (const effect of game.conversation.outbox) {
    if (effect.type === type) game.take({ type: 'done', key: effect.key, ref: { id: `m ${effect.key}` } });
  }
}

/** So many alerts, a minute apart, that nobody is asked about; all reported, unless the reports wait. */
function pass(game: Game, numbers: readonly number[], reports: 'reported' | 'waiting' = 'reported') {
  for (const number of numbers) {
    game.advance(MINUTE);
    game.alert(number, { title: `title ${number}` }, { to: 'escalate', cause: 'opted-out' });
    if (reports === 'reported') perform(game, 'report');
  }
}

function waitingMessages(game: Game): string[][] {
  return game.conversation.outbox.filter(({ type }) => type === 'send').map((effect) => said([effect]));
}

describe('a closed alert is kept as long as it is needed', () => {
  test('the five that were closed last, not that came last', () => {
    const game = play();
    game.alert(1);
    game.deliver();
    pass(game, [2, 3, 4, 5, 6, 7]);
    game.no();
    game.deliver();
    game.advance(MINUTE);
    expect(kept(game)).toEqual([1, 4, 5, 6, 7]);
  });

  test('all that a report has still to tell of', () => {
    const game = play();
    pass(game, [1, 2, 3, 4, 5, 6, 7, 8], 'waiting');
    expect(kept(game)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    perform(game, 'report');
    expect(kept(game)).toEqual([4, 5, 6, 7, 8]);
  });

  test('those that an edited message shows, until it is edited', () => {
    const game = play();
    game.alert(1);
    game.deliver();
    game.no();
    pass(game, [2, 3, 4, 5, 6, 7]);
    expect(kept(game)).toContain(1);
    perform(game, 'edit');
    expect(kept(game)).toEqual([3, 4, 5, 6, 7]);
  });

  test('those that a question on its way shows, though a press has answered it', () => {
    const game = play();
    game.alert(1);
    const [{ id, step } = { id: '', step: 0 }] = game.conversation.questions;
    game.person({ type: 'answer', said: 'no', rest: '', target: { question: id, step } });
    pass(game, [2, 3, 4, 5, 6, 7]);
    expect(kept(game)).toContain(1);
  });

  test('until it was saved once: the store has its verdict from there', () => {
    const game = play();
    const entry = { username: 'ann', title: 'sudo', reason: 'known job', until: START + HOUR };
    const route = { to: 'mute', entry } as const;
    game.alerts(Array.from({ length: 8 }, (_, i) => ({ alert: alertOf(i + 1), route })));
    expect(kept(game)).toHaveLength(8);
    game.person({ type: 'status' });
    expect(kept(game)).toHaveLength(5);
  });
});

test('what happens to a question alone has no alert written again', () => {
  const game = play();
  game.alert();
  const { changedIn } = game.task();
  game.deliver();
  expect(game.conversation.questions[0]?.ref).toBeDefined();
  expect(game.task().changedIn).toBe(changedIn);
});

test('a person of whom the chat told nothing yet is absent, not undefined, and greeted without a name', () => {
  const game = play();
  const effects = game.take({ type: 'alerts', alerts: [{ alert: alertOf(1), route: { to: 'ask' } }] });
  expect(effects).toMatchObject([{ parts: [{ message: 'greeting', values: { name: '' } }, {}, {}] }]);
  expect(game.conversation).not.toHaveProperty('user');
});

test('only an id that begins with "login:" or "flood:" is nobody’s', () => {
  const game = play({}, 'chat-login:7');
  expect(said(game.alert())).toContain('question');
});

describe('a question that is over before its message is out', () => {
  test('leaves nothing of itself, no greeting either', () => {
    const game = play();
    game.alert();
    game.advance(2 * HOUR);
    expect(waitingMessages(game)).toEqual([['told-no-answer', 'goodbye']]);
  });

  test('leaves no empty message where nothing was said before it', () => {
    const game = play();
    game.alert();
    game.prove();
    game.advance(2 * HOUR);
    expect(waitingMessages(game)).toEqual([['told-no-answer', 'goodbye']]);
  });

  test('takes back no other question and no reply', () => {
    const game = play();
    game.alert(1);
    game.person({ type: 'reply', parts: [{ text: 'talk' }] });
    game.alert(2, { title: 'key export', severity: 'critical' });
    game.advance(30 * MINUTE);
    expect(game.task(2).verdict).toMatchObject({ cause: 'no-answer' });
    expect(waitingMessages(game)).toEqual([
      ['greeting', 'alert', 'question'],
      ['talk'],
      ['urgent-first'],
      ['told-no-answer'],
    ]);
  });
});

describe('the message of an answered question', () => {
  test('says what was answered, and is not written over', () => {
    const game = play();
    game.alert();
    game.deliver();
    game.no('not me');
    expect(game.conversation.outbox.filter(({ type }) => type === 'edit')).toMatchObject([
      { parts: [{ alert: alertOf(1).id }, { message: 'answered' }] },
    ]);
  });

  test('is the only one that changes: another question keeps its buttons', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    game.deliver();
    const other = game.conversation.questions[1];
    game.yes('1');
    expect(game.conversation.questions[1]).toBe(other);
    expect(types(game.no('2'))).toContain('edit');
  });
});

test('several alerts of one title are named with their number', () => {
  const game = play();
  game.alerts([1, 2, 3].map((number) => ({ alert: alertOf(number), route: { to: 'ask' } })));
  expect(game.no().at(-1)).toMatchObject({ parts: [{ message: 'told-denied', values: { title: 'sudo (3)' } }, {}] });
});

describe('urgent is', () => {
  test.each([
    [['low', 'medium'], undefined],
    [['high'], true],
    [['critical'], true],
    [['low', 'high'], true],
  ] as const)('a question about alerts that are %j: %s', (severities, urgent) => {
    const game = play();
    const [question] = game.alerts(
      severities.map((severity, i) => ({ alert: alertOf(i, { severity }), route: { to: 'ask' } })),
    );
    expect(question).toHaveProperty('choices');
    expect((question as { urgent?: true }).urgent).toBe(urgent);
  });

  test.each([
    ['fraud', 'fraud'],
    ['denied', 'push-denied'],
  ] as const)('the report of a push that met %s', (result, cause) => {
    const game = play();
    game.alert();
    game.prove();
    game.push();
    game.settle(result);
    expect(game.effect('report')).toMatchObject({ cause, urgent: true });
  });

  test('a report of something severe; not that of something else while something severe is open', () => {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    game.unsure('1');
    expect(game.effect('report')).not.toHaveProperty('urgent');
    game.deliver();
    game.unsure();
    expect(game.effect('report')).toMatchObject({ tasks: [alertOf(2).id], urgent: true });
  });
});
