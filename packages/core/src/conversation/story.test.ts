import { expect, test } from 'vitest';
import { alertOf, HOUR, MINUTE, play, START, said } from './fixtures.js';

/** What `alert show` tells of a task: each step once, in order, with when and what. */
function told(game: ReturnType<typeof play>, number = 1): string[] {
  return game
    .task(number)
    .history.map(
      ({ at, what, detail }) => `${(at - START) / MINUTE} ${what}${detail === undefined ? '' : ` ${detail}`}`,
    );
}

test('a proven yes', () => {
  const game = play();
  game.alert();
  game.advance(MINUTE);
  game.yes('I did');
  game.advance(MINUTE);
  game.ready();
  game.advance(MINUTE);
  game.push();
  game.advance(MINUTE);
  game.settle('approved');
  expect(told(game)).toEqual([
    '0 seen',
    '0 asked',
    '1 answered yes',
    '2 readiness ready',
    '2 permission-asked',
    '3 permitted',
    `3 pushed ${alertOf(1).id}.1.1`,
    '4 push-settled approved',
    '4 confirmed challenge',
  ]);
});

test('a push that may be lost, one that expires, and the end', () => {
  const game = play();
  game.alert();
  game.yes();
  game.ready();
  game.yes();
  const { key } = game.attempt();
  game.take({ type: 'lost', key });
  game.push();
  game.settle('expired');
  expect(told(game).slice(4)).toEqual([
    '0 permission-asked',
    '0 permitted',
    `0 pushed ${alertOf(1).id}.1.1`,
    '0 push-unsure',
    '0 permission-asked',
    '0 permitted',
    `0 pushed ${alertOf(1).id}.1.2`,
    '0 push-settled expired',
    '0 escalated push-limit',
  ]);
});

test('a second factor that is not there', () => {
  const game = play();
  game.alert();
  game.yes();
  const { key } = game.effect('readiness');
  game.take({ type: 'ready', key, readiness: { ready: false, reason: 'no-device' } });
  expect(told(game).slice(2)).toEqual(['0 answered yes', '0 readiness no-device', '0 escalated no-factor']);
});

test('what was not asked', () => {
  const game = play();
  game.alert(
    1,
    {},
    { to: 'mute', entry: { username: 'ann', title: 'sudo', reason: 'known job', until: START + HOUR } },
  );
  game.alert(2, {}, { to: 'escalate', cause: 'opted-out' });
  expect(told(game, 1)).toEqual(['0 seen', '0 muted known job']);
  expect(told(game, 2)).toEqual(['0 seen', '0 escalated opted-out']);
});

test('an answer keeps its words and its time', () => {
  const game = play();
  game.alert();
  game.advance(MINUTE);
  game.unsure('hm, "maybe"  cron');
  expect(game.task().answer).toEqual({ said: 'unsure', explanation: 'hm, "maybe"  cron', at: START + MINUTE });
});

test('while a push is out, typing answers nothing', () => {
  const game = play();
  game.alert();
  game.prove();
  game.push();
  expect(said(game.yes())).toEqual(['push-is-out']);
  expect(said(game.no())).toEqual(['push-is-out']);
  expect(game.task().state).toBe('proving');
});

test('each question and each step has buttons of its own', () => {
  const game = play();
  game.alert();
  const steps = () => game.conversation.questions.map(({ step }) => step);
  const seen = [...steps()];
  game.yes();
  seen.push(...steps());
  game.ready();
  seen.push(...steps());
  game.yes();
  seen.push(...steps());
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('numbers: with or without #, closed by punctuation; a word that begins with digits is none', () => {
  for (const [rest, explanation] of [
    ['2 me', 'me'],
    ['#2: me', 'me'],
    ['2—me', 'me'],
    ['2', ''],
  ] as const) {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    game.yes(rest);
    expect(game.task(2).answer?.explanation).toBe(explanation);
  }
  for (const rest of ['2nd try', '22', 'x2', '1234567']) {
    const game = play();
    game.alert(1);
    game.alert(2, { title: 'key export', severity: 'critical' });
    expect(said(game.yes(rest))[0]).toBe('which-one');
  }
});

test('numbers go on beyond nine', () => {
  const game = play();
  for (let i = 1; i <= 12; i += 1) game.alert(i, { title: `title ${i}`, severity: 'critical' });
  game.yes('12 me');
  expect(game.task(12).answer?.explanation).toBe('me');
});

test('a number is not used again while somebody may remember it', () => {
  const game = play();
  const number = () => game.conversation.questions.map((question) => question.number);
  game.alert(1);
  game.alert(2, { title: 'key export', severity: 'critical' });
  expect(number()).toEqual([1, 2]);
  game.no('2');
  game.alert(3, { title: 'login', severity: 'critical' });
  expect(number()).toEqual([1, 3]);
  game.no('1');
  game.no('3');
  game.advance(HOUR);
  game.alert(4);
  expect(number()).toEqual([1]);
});
