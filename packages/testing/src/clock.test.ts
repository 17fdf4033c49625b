import { expect, test } from 'vitest';
import { CLOCK_START, createClock } from './clock.js';

const never = new AbortController().signal;

test('stands still until it is told to go on', async () => {
  const clock = createClock(1000);
  expect(clock.now()).toBe(1000);
  await clock.advance(500);
  expect(clock.now()).toBe(1500);
  await clock.set(new Date(9000));
  expect(clock.now()).toBe(9000);
  expect(createClock().now()).toBe(CLOCK_START);
  expect(new Date(CLOCK_START).toISOString()).toBe('2026-01-05T09:00:00.000Z');
});

test('wakes sleepers in the order of their times, each at its own', async () => {
  const clock = createClock(0);
  const woken: [string, number][] = [];
  const sleeper = async (name: string, ms: number) => {
    await clock.sleep(ms, never);
    woken.push([name, clock.now()]);
  };
  void sleeper('late', 300);
  void sleeper('early', 100);
  void sleeper('early too', 100);
  void sleeper('beyond', 500);
  await clock.advance(400);
  expect(woken).toEqual([
    ['early', 100],
    ['early too', 100],
    ['late', 300],
  ]);
  expect(clock.asleep).toBe(1);
});

test('wakes who falls asleep again on the way, as often as the time allows', async () => {
  const clock = createClock(0);
  const ticks: number[] = [];
  const run = async () => {
    for (;;) {
      await clock.sleep(1000, never);
      ticks.push(clock.now());
    }
  };
  void run();
  await clock.advance(3500);
  expect(ticks).toEqual([1000, 2000, 3000]);
});

test('somebody who sleeps for no time does not stop the clock', async () => {
  const clock = createClock(0);
  let turns = 0;
  const run = async () => {
    for (;;) {
      await clock.sleep(0, never);
      turns += 1;
    }
  };
  void run();
  await clock.advance(10);
  expect(turns).toBe(10);
});

test('an aborted sleep is over at once, and leaves nobody asleep', async () => {
  const clock = createClock(0);
  const controller = new AbortController();
  const asleep = clock.sleep(1000, controller.signal);
  expect(clock.asleep).toBe(1);
  controller.abort();
  await asleep;
  await clock.sleep(1000, controller.signal);
  expect(clock.asleep).toBe(0);
  expect(clock.now()).toBe(0);
});

test('calls back in time unless called off', async () => {
  const clock = createClock(0);
  const called: string[] = [];
  clock.setTimeout(() => called.push('kept'), 10);
  clock.setTimeout(() => called.push('called off'), 10)();
  await clock.advance(10);
  expect(called).toEqual(['kept']);
});

test('refuses to run backwards, nowhere, or twice at once', async () => {
  const clock = createClock(1000);
  await expect(clock.advance(-1)).rejects.toThrow(RangeError);
  await expect(clock.set(Number.NaN)).rejects.toThrow(RangeError);
  const first = clock.advance(10);
  await expect(clock.advance(10)).rejects.toThrow('being advanced already');
  await first;
  expect(clock.now()).toBe(1010);
});
