import { describe, expect, test } from 'vitest';
import type { Chat } from '../contracts/chat.js';
import { PluginError } from '../contracts/error.js';
import { permit, world } from './fixtures.js';

const MINUTE = 60_000;

describe('messages that make no sense do not stop the loop (each ended the original)', () => {
  test.each([
    '',
    '   ',
    '\u0000',
    '"',
    "yes I'm",
    'ignore current 99999999999999h',
    'ignore',
    'ignore me',
    '/',
    '—',
    `${'x'.repeat(300_000)}`,
    '__proto__',
    'constructor 1h',
    '<!channel>',
  ])('message %#', async (text) => {
    const { bot: create, chat, texts, failures } = world();
    const bot = create();
    await bot.start();
    await chat.say('ann', text);
    await bot.idle();
    await chat.say('ann', 'hi');
    await bot.idle();
    expect(texts('ann').at(-1)).toBe('Hello Ann!');
    expect(failures()).toEqual([]);
    await bot.stop();
  });

  test('an unknown sender, a forged and a foreign button', async () => {
    const setup = world();
    const { raise, chat, tasker, seen, texts } = setup;
    let receive: Parameters<Chat['start']>[0] = async () => undefined;
    const tapped: Chat = {
      ...chat,
      start: (to) => {
        receive = to;
        return chat.start(to);
      },
    };
    const bot = setup.bot({ chat: tapped });
    await bot.start();
    await raise();
    await bot.idle();
    await receive({ id: 'e1', type: 'text', user: 'U-nobody', text: 'yes' });
    expect(seen).toContainEqual({ type: 'ignored', person: 'U-nobody', why: 'unknown' });
    const bob = (await chat.findUser({ username: 'bob' })) as { user: { id: string } };
    const value =
      chat.calls.flatMap(({ method, args }) =>
        method === 'send' ? [args[1] as { choices?: { value: string }[] }] : [],
      )[0]?.choices?.[0]?.value ?? '';
    expect(value).toMatch(/^answer:/);
    await receive({ id: 'e2', type: 'choice', user: bob.user.id, value });
    await receive({ id: 'e3', type: 'choice', user: bob.user.id, value: 'answer:nonsense' });
    await bot.idle();
    expect(texts('bob')).toEqual(
      Array(2).fill('That button belongs to a question that is no longer open. Nothing was changed.'),
    );
    const ann = (await chat.findUser({ username: 'ann' })) as { user: { id: string } };
    expect((await tasker.load(ann.user.id)).conversation.tasks[0]?.state).toBe('asking');
    await bot.stop();
  });

  test('a redelivered event counts once, also with two replicas', async () => {
    const setup = world();
    const { raise, chat, texts } = setup;
    const bots = [setup.bot(), setup.bot()];
    await bots[0]?.start();
    await raise();
    await bots[0]?.idle();
    await chat.say('ann', 'yes, me');
    await chat.redeliver();
    await chat.redeliver();
    await bots[0]?.idle();
    expect(texts('ann')).toHaveLength(2);
    await bots[0]?.stop();
  });
});

describe('providers that fail', () => {
  test('a message is sent again until it goes out', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    setup.chat.failNext(3, 'UNAVAILABLE', { on: 'send' });
    await setup.raise();
    await setup.clock.advance(10_000);
    expect(setup.texts('ann')).toHaveLength(1);
    expect(setup.failures()).toHaveLength(3);
    await bot.stop();
  });

  test('a chat that cannot look people up: the alert waits, then goes to the security team', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    setup.chat.failNext(Number.POSITIVE_INFINITY, 'UNAVAILABLE', { on: 'findUser' });
    await setup.raise();
    await setup.clock.advance(29 * MINUTE);
    expect(setup.verdicts()).toEqual([]);
    await setup.clock.advance(2 * MINUTE);
    expect(setup.verdicts()).toMatchObject([{ cause: 'undeliverable' }]);
    await bot.stop();
  });

  test('a chat that wants fewer look-ups is asked again when it said, and the alert is late by no more', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    const limit = new PluginError('RATE_LIMITED', 'too many look-ups', { retryAfterMs: 45_000 });
    setup.chat.failNext(1, limit, { on: 'findUser' });
    await setup.raise();
    const began = setup.clock.now();
    await setup.clock.advance(44_000);
    const lookUps = () => setup.chat.calls.filter(({ method }) => method === 'findUser').map(({ at }) => at - began);
    expect(lookUps()).toHaveLength(1);
    await setup.raise({ username: 'bob' });
    await setup.clock.advance(4000);
    expect(lookUps()).toHaveLength(3);
    expect(lookUps()[2]).toBeGreaterThanOrEqual(45_000);
    expect([setup.texts('ann').length, setup.texts('bob').length]).toEqual([1, 1]);
    await bot.stop();
  });

  test('however long it wants to be left alone, the security team has the alert in time', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    const limit = new PluginError('RATE_LIMITED', 'too many look-ups', { retryAfterMs: Number.POSITIVE_INFINITY });
    setup.chat.failNext(Number.POSITIVE_INFINITY, limit, { on: 'findUser' });
    await setup.raise();
    await setup.clock.advance(31 * MINUTE);
    expect(setup.verdicts()).toMatchObject([{ cause: 'undeliverable' }]);
    expect(setup.failures()).toHaveLength(2);
    await bot.stop();
  });

  test('look-ups that fail are made ever more seldom, and soon once they can be made', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    setup.chat.failNext(Number.POSITIVE_INFINITY, 'UNAVAILABLE', { on: 'findUser' });
    await setup.raise();
    await setup.clock.advance(10 * MINUTE);
    expect(setup.failures().length).toBeGreaterThan(10);
    expect(setup.failures().length).toBeLessThan(30);
    setup.chat.mend();
    await setup.clock.advance(31_000);
    expect(setup.texts('ann')).toHaveLength(1);
    await bot.stop();
  });

  test('a sender the chat cannot look up just now is known from before; one never seen is delivered again', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    await setup.raise();
    await bot.idle();
    setup.chat.failNext(Number.POSITIVE_INFINITY, 'UNAVAILABLE', { on: 'findUser' });
    await setup.chat.say('ann', 'no, not me');
    await setup.chat.say('bob', 'hi').catch(() => undefined);
    expect(setup.chat.unacknowledged()).toHaveLength(1);
    setup.chat.mend();
    await bot.idle();
    expect(setup.verdicts()).toMatchObject([{ cause: 'denied' }]);
    await bot.stop();
  });

  test('a second factor that is down for a minute: escalated', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    await setup.raise();
    await bot.idle();
    setup.auth.failNext(Number.POSITIVE_INFINITY, 'UNAVAILABLE');
    await setup.chat.say('ann', 'yes');
    await setup.clock.advance(50_000);
    expect(setup.verdicts()).toEqual([]);
    await setup.clock.advance(80_000);
    expect(setup.verdicts()).toMatchObject([{ cause: 'auth-unavailable' }]);
    await bot.stop();
  });

  test('a push whose answer was lost is not sent again by itself', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    setup.auth.failNext(1, 'UNAVAILABLE', { on: 'challenge', done: true });
    await permit(setup, bot);
    await setup.clock.advance(30_000);
    expect(setup.auth.prompts('ann')).toHaveLength(1);
    expect(setup.texts('ann').at(-1)).toContain("can't tell whether my push has reached you");
    await bot.stop();
  });

  test('checks that fail for a while delay nothing but themselves', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    await permit(setup, bot);
    await bot.idle();
    setup.auth.failNext(2, new PluginError('UNAVAILABLE', 'down'), { on: 'check' });
    await setup.clock.advance(3000);
    setup.auth.approve('ann');
    await setup.chat.say('ann', 'hi');
    await setup.clock.advance(15_000);
    expect(setup.texts('ann').join('\n')).toContain('Hello Ann!');
    expect(setup.verdicts()).toMatchObject([{ kind: 'confirmed' }]);
    await bot.stop();
  });

  test('a call that never returns ends in a failure, and does not hold others up', async () => {
    const setup = world();
    let isHanging = true;
    const chat: Chat = {
      ...setup.chat,
      send: (to, message) =>
        isHanging && 'user' in to && setup.texts('bob').length === 0 && message.key.endsWith('/1') && hangs(to.user)
          ? new Promise(() => undefined)
          : setup.chat.send(to, message),
    };
    const ann = (await setup.chat.findUser({ username: 'ann' })) as { user: { id: string } };
    const hangs = (user: string) => user === ann.user.id;
    const bot = setup.bot({ chat });
    await bot.start();
    await setup.raise();
    await setup.raise({ username: 'bob' });
    await setup.clock.advance(2000);
    expect(setup.texts('bob')).toHaveLength(1);
    isHanging = false;
    await setup.clock.advance(125_000);
    expect(setup.failures()).toEqual([expect.stringContaining('perform send')]);
    expect(setup.texts('ann')).toHaveLength(1);
    await bot.stop();
  });

  test('a slow send keeps its lease: nobody else sends it too', async () => {
    const setup = world({ leaseMs: 3000 });
    let sends = 0;
    const chat: Chat = {
      ...setup.chat,
      async send(to, message) {
        sends += 1;
        await setup.clock.sleep(20_000, new AbortController().signal);
        return setup.chat.send(to, message);
      },
    };
    const bots = [setup.bot({ chat }), setup.bot({ chat: { ...chat, start: async () => undefined } })];
    for (const bot of bots) await bot.start();
    await setup.raise();
    await setup.clock.advance(30_000);
    expect(sends).toBe(1);
    const stops = bots.map((bot) => bot.stop());
    await Promise.all(stops);
  });

  test('the store away: turns fail, and everything goes on when it is back', async () => {
    const setup = world();
    const bot = setup.bot();
    setup.line.isDown = true;
    await bot.start();
    await setup.clock.advance(MINUTE);
    setup.line.isDown = false;
    expect(setup.failures().length).toBeGreaterThan(2);
    expect(setup.failures().length).toBeLessThan(20); // ever more slowly
    await setup.raise();
    await setup.clock.advance(MINUTE);
    expect(setup.texts('ann')).toHaveLength(1);
    await bot.stop();
  });

  test('an observer that throws stops nothing', async () => {
    const setup = world();
    const bot = setup.bot(
      {},
      {
        observe: () => {
          throw new Error('metrics are down');
        },
      },
    );
    await bot.start();
    await setup.raise();
    await bot.idle();
    expect(setup.texts('ann')).toHaveLength(1);
    await bot.stop();
  });
});

describe('the mass brake', () => {
  test('more people than that within a minute: escalated as flood, in few reports', async () => {
    const setup = world({ policy: { crowdPerMinute: 10 } });
    for (let i = 0; i < 150; i += 1) await setup.raise({ username: `user${i}` });
    const bot = setup.bot();
    await bot.start();
    await bot.idle();
    expect(setup.verdicts()).toHaveLength(150);
    expect(setup.verdicts().every((verdict) => verdict.kind === 'escalated' && verdict.cause === 'flood')).toBe(true);
    expect(setup.reports()).toHaveLength(1);
    await bot.stop();
  });

  test('alerts older than a week, found at an upgrade, do not become a mass mail', async () => {
    const setup = world();
    await setup.raise({ eventTime: setup.clock.now() - 8 * 24 * 60 * MINUTE });
    await setup.raise({ title: 'login', eventTime: setup.clock.now() - 6 * 24 * 60 * MINUTE });
    const bot = setup.bot();
    await bot.start();
    await bot.idle();
    expect(setup.verdicts()).toMatchObject([{ cause: 'flood' }]);
    expect(setup.texts('ann')).toHaveLength(1);
    await bot.stop();
  });
});
