import { createClock } from '@securitybot/testing';
import { expect, test } from 'vitest';
import type { Tasker } from '../contracts/tasker.js';
import { createStoreClock } from './clock.js';
import { world } from './fixtures.js';

const HOUR = 3_600_000;
const never = new AbortController().signal;

test('the store’s clock goes on from what the store said', async () => {
  const clock = createClock(1000);
  const storeClock = createStoreClock(clock);
  expect(storeClock.age()).toBe(Number.POSITIVE_INFINITY);
  storeClock.set(new Date(5000), 1000);
  await clock.advance(10);
  expect(storeClock.now()).toBe(5010);
  expect(storeClock.age()).toBe(10);
});

test('an answer of the store that took long does not set its clock back, nor forward', async () => {
  const clock = createClock(1000);
  const storeClock = createStoreClock(clock);
  storeClock.set(new Date(5000), 1000);
  await clock.advance(3000);
  storeClock.set(new Date(5000), 1000); // said at once, and heard 3 s later
  expect(storeClock.now()).toBe(8000);
  storeClock.set(new Date(8000), 1000); // said at the end
  expect(storeClock.now()).toBe(8000);
});

test('a store whose clock was set back or forward is followed, by ms and by hours', async () => {
  const clock = createClock(1000);
  const storeClock = createStoreClock(clock);
  for (const said of [9 * HOUR, 9 * HOUR - 300, 2 * HOUR, 2 * HOUR + 300, 5 * HOUR]) {
    storeClock.set(new Date(said), clock.now());
    expect(storeClock.now()).toBe(said);
  }
});

test('a push goes out though answers of a slow store that were given before its permission come after it', async () => {
  const setup = world();
  const { clock, tasker } = setup;
  let isSlow = false;
  const late =
    <A, R>(ms: number, call: (given: A) => Promise<R>) =>
    async (given: A) => {
      const answer = await call(given);
      if (isSlow) await clock.sleep(ms, never);
      return answer;
    };
  const slow: Tasker = {
    ...tasker,
    unassigned: late(5000, tasker.unassigned),
    claim: late(5000, tasker.claim),
    async save(next, lease) {
      const saved = await tasker.save(next, lease);
      const isAttempt = next.outbox.some((effect) => effect.type === 'challenge' && effect.attempted);
      if (isAttempt && isSlow) await clock.sleep(3000, never);
      return saved;
    },
  };
  const bot = setup.bot({ tasker: slow });
  await bot.start();
  await setup.raise();
  await clock.advance(2000);
  await setup.chat.say('ann', 'yes');
  await clock.advance(2000);
  isSlow = true;
  await clock.advance(4000);
  const permitted = setup.chat.say('ann', 'yes');
  await clock.advance(5000);
  await permitted;
  expect(setup.auth.prompts('ann')).toHaveLength(1);
  isSlow = false;
  await clock.advance(5000);
  await bot.stop();
});

test('a machine that was suspended asks the store what time it is before it decides', async () => {
  const setup = world();
  const { clock, tasker } = setup;
  let suspended = 0;
  const wall = () => clock.now() + suspended;
  const load: Tasker['load'] = async (person) => ({ ...(await tasker.load(person)), now: new Date(wall()) });
  const bot = setup.bot({ tasker: { ...tasker, load } }, { clock: { now: clock.now, sleep: clock.sleep, wall } });
  await bot.start();
  await setup.raise();
  await clock.advance(2000);
  suspended = HOUR;
  await setup.chat.say('ann', 'no');
  const answered = setup.seen.find((observation) => observation.type === 'answered');
  expect(answered?.afterMs).toBeGreaterThanOrEqual(HOUR);
  await bot.stop();
});
