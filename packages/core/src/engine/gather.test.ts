import { describe, expect, test } from 'vitest';
import type { Blacklist } from '../contracts/blacklist.js';
import type { Chat } from '../contracts/chat.js';
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
      if (lease && !lease.begins) saves.push(next.outbox.map(({ type }) => type));
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

describe('what is saved and due is worked on here at once', () => {
  test('without a claim, and without loading what was saved here last', async () => {
    const { bot, chat, clock, line, reports } = await asked();
    line.calls.length = 0;
    await chat.say('ann', 'no');
    await clock.advance(10);
    expect(reports()).toHaveLength(1);
    expect(line.calls).toEqual(['save', 'save', 'claim']);
    await bot.stop();
  });

  test('but by whoever holds it, where somebody does: it is saved all the same', async () => {
    const setup = world();
    const leases: unknown[] = [];
    const tasker: Tasker = {
      ...setup.tasker,
      async save(next, lease) {
        leases.push(lease);
        return lease?.begins ? false : setup.tasker.save(next, lease);
      },
    };
    const bot = setup.bot({ tasker });
    await bot.start();
    await setup.chat.say('ann', 'hi');
    expect(leases).toEqual([expect.objectContaining({ begins: true }), undefined]);
    await bot.idle();
    expect(setup.texts('ann')).toHaveLength(1);
    await bot.stop();
  });

  test('as long as there is room; the others wait their turn in the store', async () => {
    const setup = world({ concurrency: 1 });
    let end = () => {};
    const hanging = new Promise<void>((resolve) => {
      end = resolve;
    });
    const leases: unknown[] = [];
    const tasker: Tasker = {
      ...setup.tasker,
      save: (next, lease) => {
        leases.push(lease?.begins);
        return setup.tasker.save(next, lease);
      },
    };
    const chat: Chat = {
      ...setup.chat,
      send: async (to, message) => {
        await hanging;
        return setup.chat.send(to, message);
      },
    };
    const bot = setup.bot({ tasker, chat });
    await bot.start();
    await setup.chat.say('ann', 'hi');
    await setup.chat.say('bob', 'hi');
    expect(leases).toEqual([true, undefined]);
    end();
    await bot.idle();
    expect([setup.texts('ann'), setup.texts('bob')].map(({ length }) => length)).toEqual([1, 1]);
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
