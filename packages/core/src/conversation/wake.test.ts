import { expect, test } from 'vitest';
import { HOUR, MINUTE, play, START } from './fixtures.js';
import { wakeAt } from './wake.js';

test('somebody looks after a conversation when a message is due, then when silence ends the asking', () => {
  const game = play();
  game.alert(1);
  expect(wakeAt(game.conversation)).toBe(START);
  game.deliver();
  expect(wakeAt(game.conversation)).toBe(START + 2 * HOUR);
  game.alert(2, { title: 'login', severity: 'high' }); // waits
  expect(wakeAt(game.conversation)).toBe(START + HOUR);
});

test('when the time to permit the push is over', () => {
  const game = play({ answerMs: { low: MINUTE, medium: MINUTE, high: MINUTE, critical: MINUTE } });
  game.alert();
  game.prove();
  game.deliver();
  expect(wakeAt(game.conversation)).toBe(START + 15 * MINUTE);
});

test('while a push is out: when another process should look after it, at the latest when its time is over', () => {
  const game = play();
  game.alert();
  game.prove();
  game.push();
  game.deliver();
  expect(wakeAt(game.conversation)).toBe(START + 20_000);
  game.take({ type: 'checked', key: game.effect('check').key, result: 'pending', again: START + HOUR });
  expect(wakeAt(game.conversation)).toBe(START + 90_000);
});

test('not at all once everything is closed and told', () => {
  const game = play();
  game.alert();
  game.no();
  game.deliver();
  expect(wakeAt(game.conversation)).toBeUndefined();
});
