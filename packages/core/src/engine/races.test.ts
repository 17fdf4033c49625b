import { describe, expect, test } from 'vitest';
import type { Blacklist } from '../contracts/blacklist.js';
import type { Chat } from '../contracts/chat.js';
import type { Tasker } from '../contracts/tasker.js';
import { engineClock, systemClock } from './clock.js';
import { asPluginError, bounded } from './context.js';
import { another, permit, world } from './fixtures.js';
import { createMutex } from './mutex.js';

const silent = (chat: Chat): Chat => ({ ...chat, start: async () => undefined });

describe('saves that meet', () => {
  test('an answer that is saved while the question is being sent is not lost, and the question not sent again', async () => {
    const setup = world();
    let sends = 0;
    const chat: Chat = {
      ...setup.chat,
      async send(to, message) {
        const ref = await setup.chat.send(to, message);
        sends += 1;
        if (sends === 1) await setup.chat.press('ann', ref.id, 'No');
        return ref;
      },
    };
    const bot = setup.bot({ chat });
    await bot.start();
    await setup.raise();
    await bot.idle();
    expect(setup.verdicts()).toMatchObject([{ cause: 'denied' }]);
    expect(setup.texts('ann')).toHaveLength(2);
    expect(setup.seen.some(({ type }) => type === 'conflict')).toBe(false);
    // Its buttons are gone: it was answered before it was out.
    expect(setup.chat.inbox('ann')[0]).toMatchObject({ choices: [], edited: true });
    await bot.stop();
  });

  test('nor where another process takes the answer', async () => {
    const setup = world();
    let sends = 0;
    const chat: Chat = {
      ...setup.chat,
      async send(to, message) {
        const ref = await setup.chat.send(to, message);
        sends += 1;
        if (sends === 1) await other.press(message.choices?.find(({ label }) => label === 'No')?.value ?? '');
        return ref;
      },
    };
    const bot = setup.bot({ chat });
    const now = () => new Date(setup.clock.now());
    const other = await another(setup, {
      tasker: {
        ...setup.tasker,
        unassigned: async () => ({ now: now(), crowd: 0, alerts: [] }),
        claim: async () => ({ now: now(), claimed: [] }),
      },
    });
    await bot.start();
    await setup.raise();
    await setup.clock.advance(3000);
    expect(setup.verdicts()).toMatchObject([{ cause: 'denied' }]);
    expect(setup.texts('ann')).toHaveLength(2);
    expect(setup.seen.some(({ type }) => type === 'conflict')).toBe(true);
    expect(setup.chat.inbox('ann')[0]).toMatchObject({ choices: [], edited: true });
    await Promise.all([bot.stop(), other.bot.stop()]);
  });

  test('a replica that wakes after its lease: what it did is recorded, and it begins nothing more', async () => {
    const setup = world({ leaseMs: 3000 });
    let isStuck = true;
    let sends = 0;
    const stuck: Chat = {
      ...setup.chat,
      async send(to, message) {
        sends += 1;
        if (isStuck) await setup.clock.sleep(20_000, new AbortController().signal);
        return setup.chat.send(to, message);
      },
    };
    let isFrozen = false;
    const frozen: Tasker = {
      ...setup.tasker,
      save: async (next, lease) => (isFrozen && lease ? false : setup.tasker.save(next, lease)),
      claim: async (request) =>
        isFrozen ? { now: new Date(setup.clock.now()), claimed: [] } : setup.tasker.claim(request),
    };
    const first = setup.bot({ chat: stuck, tasker: frozen });
    await first.start();
    await setup.raise();
    await setup.clock.advance(1500);
    isFrozen = true; // stopped past its lease
    isStuck = false;
    const second = setup.bot({ chat: silent(setup.chat) });
    await second.start();
    await setup.clock.advance(25_000);
    expect(sends).toBe(1);
    // At worst a repeated message, and under the same key.
    expect(setup.chat.calls.filter(({ method }) => method === 'send')).toHaveLength(2);
    expect(setup.texts('ann')).toHaveLength(1);
    expect(setup.verdicts()).toEqual([]);
    await Promise.all([first.stop(), second.stop()]);
  });

  test('a save that always loses its race ends in a failure, and the message is delivered again', async () => {
    const setup = world();
    let isLosing = true;
    const tasker: Tasker = {
      ...setup.tasker,
      save: async (next, lease) => (isLosing ? false : setup.tasker.save(next, lease)),
    };
    const bot = setup.bot({ tasker });
    await bot.start();
    await setup.chat.say('ann', 'hi').catch(() => undefined);
    expect(setup.chat.unacknowledged()).toHaveLength(1);
    expect(setup.failures()).toEqual(['take a text event']);
    await setup.raise();
    await setup.clock.advance(2000);
    expect(setup.failures()).toContain('assign alerts of ann');
    isLosing = false;
    await setup.chat.redeliver();
    await bot.idle();
    expect(setup.texts('ann').join()).toContain('Hello Ann!');
    await bot.stop();
  });

  test('results that come while another is being saved: nothing is performed twice', async () => {
    const setup = world();
    let turn = 0;
    // Each save and each send takes its time, so that they meet in every way.
    const late = async () => {
      turn += 1;
      for (let i = 0; i < turn % 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    const sent: string[] = [];
    const chat: Chat = {
      ...setup.chat,
      async send(to, message) {
        sent.push(message.key);
        await late();
        return setup.chat.send(to, message);
      },
    };
    const removed: string[] = [];
    const blacklist: Blacklist = {
      ...setup.blacklist,
      async remove(key) {
        removed.push(String(key.title));
        await late();
        return setup.blacklist.remove(key);
      },
    };
    const tasker: Tasker = {
      ...setup.tasker,
      async save(next, lease) {
        await late();
        const saved = await setup.tasker.save(next, lease);
        await late();
        return saved;
      },
    };
    const bot = setup.bot({ chat, blacklist, tasker });
    await bot.start();
    for (let i = 0; i < 20; i += 1) {
      await setup.raise({ title: `title ${i}` });
      await bot.idle();
      await setup.chat.say('ann', 'no');
      await bot.idle();
    }
    expect(sent.length).toBe(new Set(sent).size);
    expect(removed).toHaveLength(20);
    expect(setup.reports()).toHaveLength(20);
    await bot.stop();
  });

  test('an effect that has to wait keeps idle from resolving until it is performed', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    setup.chat.failNext(1, 'UNAVAILABLE', { on: 'send' });
    await setup.raise();
    let isIdle = false;
    const idle = bot.idle().then(() => (isIdle = true));
    await setup.clock.advance(500);
    expect(isIdle).toBe(false);
    await setup.clock.advance(3000);
    await idle;
    expect(setup.texts('ann')).toHaveLength(1);
    await bot.stop();
  });

  test('what is due when the bot stops is left to the next one', async () => {
    const setup = world();
    const bot = setup.bot({
      chat: {
        ...setup.chat,
        async stop() {
          await setup.raise();
          await setup.chat.stop();
        },
      },
    });
    await bot.start();
    await bot.stop();
    const next = setup.bot();
    await next.start();
    await next.idle();
    expect(setup.texts('ann')).toHaveLength(1);
    await next.stop();
  });

  test('a store that cannot be reached while a challenge is handed back does not hold up the stop', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    await permit(setup, bot);
    await bot.idle();
    setup.line.isDown = true;
    await bot.stop();
    expect(setup.failures()).toContain('hand back a challenge');
  });
});

describe('the engine’s small parts', () => {
  test('the mutex keeps order within a key, goes on after a failure, and lets other keys pass', async () => {
    const inOrder = createMutex();
    const log: string[] = [];
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const first = inOrder('a', async () => {
      await gate;
      log.push('a1');
      throw new Error('a1');
    });
    const second = inOrder('a', async () => log.push('a2'));
    await inOrder('b', async () => log.push('b'));
    open();
    await expect(first).rejects.toThrow('a1');
    await second;
    expect(log).toEqual(['b', 'a1', 'a2']);
  });

  test('the system’s clock sleeps, and wakes at once when it is told to', async () => {
    const wake = new AbortController();
    const started = performance.now();
    const long = systemClock.sleep(60_000, wake.signal);
    await systemClock.sleep(1, new AbortController().signal);
    wake.abort();
    await long;
    await systemClock.sleep(60_000, wake.signal);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
    expect(Number.isInteger(systemClock.now())).toBe(true); // databases keep whole ms
  });

  test('what a plugin throws that is no PluginError counts as unavailable; nobody waits for ever', async () => {
    expect(asPluginError('nonsense', 'Sending')).toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Sending: nonsense',
      notSent: false,
    });
    await expect(
      bounded({ clock: engineClock(systemClock) }, 'Sending', 5, () => new Promise(() => undefined)),
    ).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'Sending: no answer within 5 ms.',
    });
    await expect(
      bounded({ clock: engineClock(systemClock) }, 'Sending', 1000, async () => {
        throw new TypeError('x is not a function');
      }),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
