import { describe, expect, test } from 'vitest';
import type { Chat } from '../contracts/chat.js';
import { PluginError } from '../contracts/error.js';
import type { Tasker } from '../contracts/tasker.js';
import { world } from './fixtures.js';

const intakes = ({ seen }: ReturnType<typeof world>) =>
  seen.flatMap((observation) => (observation.type === 'turn' && observation.kind === 'intake' ? [observation] : []));

describe('taking new alerts', () => {
  test('a turn tells how many it has taken', async () => {
    const setup = world();
    const bot = setup.bot();
    for (const username of ['ann', 'bob', 'eve', 'dan']) await setup.raise({ username });
    await bot.start();
    await bot.idle();
    expect(intakes(setup).map(({ found }) => found)).toContain(4);
    expect(setup.texts('bob')).toHaveLength(1);
    await bot.stop();
  });

  test('goes on while one login is looked up for long; it is asked about once', async () => {
    const setup = world();
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let lookups = 0;
    const chat: Chat = {
      ...setup.chat,
      async findUser(by) {
        if ('username' in by && by.username === 'ann') {
          lookups += 1;
          await answered;
        }
        return setup.chat.findUser(by);
      },
    };
    const bot = setup.bot({ chat });
    await bot.start();
    await setup.raise();
    await setup.clock.advance(1500);
    await setup.raise({ username: 'bob' });
    await setup.clock.advance(3000);
    expect(setup.texts('bob')).toHaveLength(1);
    expect(setup.texts('ann')).toEqual([]);
    answer();
    await bot.idle();
    expect(setup.texts('ann')).toHaveLength(1);
    expect(lookups).toBe(1);
    await bot.stop();
  });

  test('where they cannot be saved they are tried again after a growing pause, those of the mass brake, too', async () => {
    const setup = world({ policy: { crowdPerMinute: 1 } });
    let isRefusing = true;
    const looks: number[] = [];
    const tasker: Tasker = {
      ...setup.tasker,
      unassigned: (limit) => {
        looks.push(setup.clock.now());
        return setup.tasker.unassigned(limit);
      },
      save: async (next, lease) => {
        if (isRefusing) throw new PluginError('REJECTED', 'no room for this');
        return setup.tasker.save(next, lease);
      },
    };
    const bot = setup.bot({ tasker });
    for (const username of ['ann', 'bob']) await setup.raise({ username });
    await bot.start();
    await setup.clock.advance(10_000);
    expect(setup.failures().filter((doing) => doing === 'assign alerts').length).toBeLessThanOrEqual(5);
    expect(looks.length).toBeLessThanOrEqual(20);
    isRefusing = false;
    await setup.clock.advance(20_000);
    expect(setup.verdicts()).toMatchObject([{ cause: 'flood' }, { cause: 'flood' }]);
    await bot.stop();
  });

  test('a stop waits for what is being assigned, and leaves the rest', async () => {
    const setup = world();
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const chat: Chat = {
      ...setup.chat,
      async findUser(by) {
        await answered;
        return setup.chat.findUser(by);
      },
    };
    const bot = setup.bot({ chat });
    await bot.start();
    await setup.raise();
    await setup.clock.advance(1500);
    let isStopped = false;
    const stopped = bot.stop().then(() => {
      isStopped = true;
    });
    await setup.clock.advance(10);
    expect(isStopped).toBe(false);
    answer();
    await stopped;
    const next = setup.bot();
    await next.start();
    await next.idle();
    expect(setup.texts('ann')).toHaveLength(1);
    await next.stop();
  });
});
