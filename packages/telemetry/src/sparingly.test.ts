import { createClock } from '@securitybot/testing';
import { expect, test } from 'vitest';
import { sparingly } from './sparingly.js';

/** A reading whose answers the test gives. */
function reading() {
  const asked: { answer(value: number): void; fail(error: Error): void }[] = [];
  const read = () =>
    new Promise<number>((resolve, reject) => {
      asked.push({ answer: resolve, fail: reject });
    });
  return { asked, read };
}

test('many who ask at once, or soon after, are served by one reading', async () => {
  const clock = createClock();
  const { asked, read } = reading();
  const ask = sparingly(read, { clock, leastMs: 1000, patienceMs: 5000 });
  const both = Promise.all([ask(), ask()]);
  asked[0]?.answer(7);
  expect(await both).toEqual([7, 7]);
  await clock.advance(999);
  expect(await ask()).toBe(7);
  expect(asked).toHaveLength(1);
  await clock.advance(1);
  const next = ask();
  asked[1]?.answer(8);
  expect(await next).toBe(8);
});

test('what takes long is asked for the more seldom', async () => {
  const clock = createClock();
  const { asked, read } = reading();
  const ask = sparingly(read, { clock, leastMs: 1000, times: 100, patienceMs: 5000 });
  const first = ask();
  await clock.advance(200);
  asked[0]?.answer(1);
  await first;
  await clock.advance(19_999);
  expect(await ask()).toBe(1);
  await clock.advance(1);
  void ask();
  expect(asked).toHaveLength(2);
});

test('a failure serves as long as an answer', async () => {
  const clock = createClock();
  const { asked, read } = reading();
  const ask = sparingly(read, { clock, leastMs: 1000, patienceMs: 5000 });
  const first = ask();
  asked[0]?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await expect(ask()).rejects.toThrow('away');
  expect(asked).toHaveLength(1);
});

test('nobody waits longer than they have patience; the reading goes on, alone, and serves who asks later', async () => {
  const clock = createClock();
  const { asked, read } = reading();
  const ask = sparingly(read, { clock, leastMs: 1000, patienceMs: 5000 });
  const first = expect(ask()).rejects.toThrow('no answer within 5000 ms');
  await clock.advance(5000);
  await first;
  const second = ask();
  await clock.advance(100);
  expect(asked).toHaveLength(1);
  asked[0]?.answer(9);
  expect(await second).toBe(9);
  expect(clock.asleep).toBe(0);
});
