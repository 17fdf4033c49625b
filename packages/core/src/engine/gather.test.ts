import { describe, expect, test } from 'vitest';
import type { Blacklist } from '../contracts/blacklist.js';
import type { Tasker } from '../contracts/tasker.js';
import { world } from './fixtures.js';
import { createGate } from './gate.js';

/** A bot that has asked ann, and counts the saves of its workers. */
async function asked(blacklist: (real: Blacklist) => Blacklist = (real) => real) {
  const setup = world();
  const saves: string[][] = [];
  const tasker: Tasker = {
    ...setup.tasker,
    save: (next, lease) => {
      if (lease) saves.push(next.outbox.map(({ type }) => type));
      return setup.tasker.save(next, lease);
    },
  };
  const bot = setup.bot({ tasker, blacklist: blacklist(setup.blacklist) });
  await bot.start();
  await setup.raise();
  await bot.idle();
  saves.length = 0;
  return { ...setup, bot, saves };
}

describe('results share saves', () => {
  test('what ends together is saved together', async () => {
    const { bot, chat, saves, reports } = await asked();
    await chat.say('ann', 'no');
    await bot.idle();
    expect(reports()).toHaveLength(1);
    // The edit, the lifted mute, the report and the reply.
    expect(saves).toEqual([[]]);
    await bot.stop();
  });

  test('what ends while something else hangs waits a moment for it, and is saved', async () => {
    let end = () => {};
    const hanging = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { bot, chat, clock, saves } = await asked((real) => ({
      ...real,
      remove: async (key) => {
        await hanging;
        return real.remove(key);
      },
    }));
    await chat.say('ann', 'no');
    await clock.advance(50);
    expect(saves).toEqual([]);
    await clock.advance(100);
    expect(saves).toEqual([['unmute']]);
    end();
    await bot.idle();
    expect(saves).toEqual([['unmute'], []]);
    await bot.stop();
  });
});

test('a gate lets so many through at a time, in order, and whoever fails makes room', async () => {
  const through = createGate(2);
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) =>
    through(async () => {
      log.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (name === 'a') throw new Error('a fails');
    });
  const all = Promise.allSettled(['a', 'b', 'c', 'd'].map(work));
  expect(log).toEqual(['a', 'b']);
  for (const expected of [
    ['a', 'b', 'c'],
    ['a', 'b', 'c', 'd'],
  ]) {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(expected);
  }
  for (const end of ends) end();
  expect((await all).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
});
