import { describe, expect, test } from 'vitest';
import { world } from './fixtures.js';

const looks = ({ line }: ReturnType<typeof world>) => line.calls.filter((call) => call === 'unassigned').length;

describe('woken by somebody else', () => {
  test('an alert of another process is asked about at once, not at the next poll', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    await setup.clock.advance(1100);
    await setup.raise();
    await setup.clock.advance(100);
    expect(setup.texts('ann')).toEqual([]);
    bot.wake();
    await setup.clock.advance(10);
    expect(setup.texts('ann')).toHaveLength(1);
    await bot.stop();
  });

  test('a thousand calls in 100 ms cost a few looks, and the last of them is not missed', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    await setup.clock.advance(1100);
    const before = looks(setup);
    for (let ms = 0; ms < 100; ms += 1) {
      for (let call = 0; call < 10; call += 1) bot.wake();
      await setup.clock.advance(1);
    }
    await setup.raise();
    bot.wake();
    await setup.clock.advance(60);
    expect(looks(setup) - before).toBeLessThanOrEqual(8);
    expect(setup.texts('ann')).toHaveLength(1);
    const after = looks(setup);
    await setup.clock.advance(500);
    expect(looks(setup)).toBe(after);
    await bot.stop();
  });

  test('before the start and after the stop it does nothing', async () => {
    const setup = world();
    const bot = setup.bot();
    bot.wake();
    await setup.clock.advance(1000);
    expect(looks(setup)).toBe(0);
    await bot.start();
    await bot.stop();
    const after = looks(setup);
    bot.wake();
    await setup.clock.advance(1000);
    expect(looks(setup)).toBe(after);
  });
});
