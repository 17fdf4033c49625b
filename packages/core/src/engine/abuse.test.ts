import { describe, expect, test, vi } from 'vitest';
import type { Auth } from '../contracts/auth.js';
import type { Blacklist } from '../contracts/blacklist.js';
import type { Chat } from '../contracts/chat.js';
import { PluginError } from '../contracts/error.js';
import type { Tasker } from '../contracts/tasker.js';
import { permit, world } from './fixtures.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const never = () => new Promise<never>(() => undefined);

describe('one bad thing stays one bad thing', () => {
  test('whoever makes the bot talk does not hold back their own alarm', async () => {
    const setup = world();
    const chat: Chat = {
      ...setup.chat,
      async send(to, message) {
        if ('user' in to) await setup.clock.sleep(1000, new AbortController().signal);
        return setup.chat.send(to, message);
      },
    };
    const bot = setup.bot({ chat });
    await bot.start();
    await setup.blacklist.put({ username: 'ann', reason: 'left' });
    for (let i = 0; i < 100; i += 1) await setup.chat.say('ann', 'help');
    await setup.clock.advance(2000);
    await setup.raise({ severity: 'critical' });
    await setup.clock.advance(3000);
    expect(setup.reports()).toHaveLength(1);
    await setup.clock.advance(60_000);
    expect(setup.texts('ann').length).toBeLessThanOrEqual(25); // the rest of the talk is dropped
    await bot.stop();
  });

  test('a report that is refused holds up no other', async () => {
    const setup = world();
    const chat: Chat = {
      ...setup.chat,
      async send(to, message) {
        if ('room' in to && message.nodes.some((node) => 'text' in node && node.text.includes('poison'))) {
          throw new PluginError('REJECTED', 'too long');
        }
        return setup.chat.send(to, message);
      },
    };
    const bot = setup.bot({ chat });
    await bot.start();
    await setup.raise({ title: 'poison' });
    await bot.idle();
    void setup.chat.say('ann', 'no');
    await setup.clock.advance(2000);
    await setup.raise({ title: 'export' });
    await setup.clock.advance(2000);
    void setup.chat.say('ann', 'no, help!');
    await setup.clock.advance(2000);
    expect(setup.reports().map((text) => text.split('\n')[0])).toEqual(['ann: export (denied)']);
    const stopped = bot.stop();
    await setup.clock.advance(1000);
    await stopped;
  });

  test.each(['find', 'claim', 'load', 'unassigned', 'save'] as const)(
    'a call of the store that never returns (%s) holds nobody up for long',
    async (method) => {
      const setup = world();
      let isHanging = true;
      const hang =
        <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
        (...args: A) => {
          if (!isHanging) return call(...args);
          isHanging = false;
          return never();
        };
      const blacklist: Blacklist =
        method === 'find' ? { ...setup.blacklist, find: hang(setup.blacklist.find) } : setup.blacklist;
      const tasker: Tasker =
        method === 'find'
          ? setup.tasker
          : { ...setup.tasker, [method]: hang<never[], never>(setup.tasker[method] as never) };
      const bot = setup.bot({ tasker, blacklist });
      await bot.start();
      await setup.raise();
      await setup.raise({ username: 'bob' });
      await setup.clock.advance(2 * MINUTE);
      expect(setup.texts('ann')).toHaveLength(1);
      expect(setup.texts('bob')).toHaveLength(1);
      expect(setup.failures().length).toBeGreaterThan(0);
      await bot.stop();
    },
  );

  test('a conversation that cannot be read holds up nobody else; its alerts reach the security team', async () => {
    const setup = world();
    const ann = (await setup.chat.findUser({ username: 'ann' })) as { user: { id: string } };
    const tasker: Tasker = {
      ...setup.tasker,
      load: async (person) => {
        if (person === ann.user.id) throw new PluginError('UNAVAILABLE', 'unreadable row');
        return setup.tasker.load(person);
      },
    };
    const bot = setup.bot({ tasker });
    for (let i = 0; i < 300; i += 1) await setup.raise({ title: `t${i}` });
    await setup.raise({ username: 'bob', severity: 'high' });
    await bot.start();
    await setup.clock.advance(10_000);
    expect(setup.texts('bob')).toHaveLength(1);
    await setup.clock.advance(31 * MINUTE);
    expect(setup.verdicts()).toHaveLength(300);
    expect(setup.verdicts()[0]).toMatchObject({ cause: 'undeliverable' });
    await bot.stop();
  });

  test('a blacklist that is away: the alerts reach the security team after a while', async () => {
    const setup = world();
    const blacklist: Blacklist = {
      ...setup.blacklist,
      find: async () => Promise.reject(new PluginError('UNAVAILABLE', 'away')),
    };
    const bot = setup.bot({ blacklist });
    await bot.start();
    await setup.raise();
    await setup.clock.advance(31 * MINUTE);
    expect(setup.verdicts()).toMatchObject([{ cause: 'undeliverable' }]);
    await bot.stop();
  });

  test.each([undefined, {}, { none: 'nobody' }, { user: { id: 'login:ann', username: 'ann', name: 'Ann' } }])(
    'a chat that answers a look-up with %j',
    async (found) => {
      const setup = world();
      const bot = setup.bot({ chat: { ...setup.chat, findUser: async () => found as never } });
      await bot.start();
      await setup.raise();
      await setup.clock.advance(31 * MINUTE);
      expect(setup.verdicts()).toHaveLength(1);
      expect(setup.reports()).toHaveLength(1);
      await bot.stop();
    },
  );

  test.each([undefined, {}, { ready: 'yes' }])('a second factor that answers readiness with %j', async (readiness) => {
    const setup = world();
    const auth: Auth = { ...setup.auth, readiness: async () => readiness as never };
    const bot = setup.bot({ auth });
    await bot.start();
    await setup.raise();
    await bot.idle();
    void setup.chat.say('ann', 'yes');
    await setup.clock.advance(3 * MINUTE);
    expect(setup.verdicts()).toMatchObject([{ cause: 'auth-unavailable' }]);
    await bot.stop();
  });

  test('an observer that fails later ends nothing', async () => {
    const setup = world();
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const bot = setup.bot({}, { observe: async () => Promise.reject(new Error('metrics are down')) });
    await bot.start();
    await setup.chat.say('ann', 'hi');
    await bot.idle();
    await bot.stop();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('a command that hangs is given up; a stop waits for what hangs, but not for ever; a stopped bot stays so', async () => {
    const setup = world({
      commands: [{ name: 'hang', run: 'hang', summary: '', usage: ['hang'] }],
      functions: { hang: never },
    });
    const chat: Chat = { ...setup.chat, stop: never };
    const bot = setup.bot({ chat });
    await bot.start();
    const said = setup.chat.say('ann', 'hang').catch(() => undefined);
    await setup.clock.advance(31_000);
    await said;
    expect(setup.failures()).toEqual(['take a text event']);
    const stopped = bot.stop();
    await setup.clock.advance(131_000);
    await stopped;
    expect(setup.failures().at(-1)).toBe('stop');
    await expect(bot.start()).rejects.toThrow('Create another one');
  });
});

describe('what a person may try', () => {
  test('a quick yes does not overtake the no before it', async () => {
    const setup = world();
    let isSlow = true;
    const chat: Chat = {
      ...setup.chat,
      async findUser(by) {
        if ('id' in by && isSlow) {
          isSlow = false;
          await setup.clock.sleep(500, new AbortController().signal);
        }
        return setup.chat.findUser(by);
      },
    };
    const bot = setup.bot({ chat });
    await bot.start();
    await setup.raise();
    await bot.idle();
    const both = [setup.chat.say('ann', 'no, not me'), setup.chat.say('ann', 'yes')];
    await setup.clock.advance(3000);
    await Promise.all(both);
    expect(setup.verdicts()).toMatchObject([{ cause: 'denied' }]);
    await bot.stop();
  });

  test('test is raised once while it is open', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    for (let i = 0; i < 5; i += 1) {
      await setup.chat.say('ann', 'test');
      await bot.idle();
    }
    expect(setup.texts('ann').at(-1)).toContain('one open between us already');
    await setup.chat.say('ann', 'no');
    await bot.idle();
    expect(setup.verdicts()).toHaveLength(1);
    await bot.stop();
  });

  test('a mute that a denial is lifting mutes nothing', async () => {
    const setup = world();
    const bot = setup.bot({
      blacklist: { ...setup.blacklist, remove: async () => Promise.reject(new PluginError('UNAVAILABLE', 'away')) },
    });
    await bot.start();
    await permit(setup, bot);
    await bot.idle();
    setup.auth.approve('ann');
    await bot.idle();
    await setup.clock.advance(1000);
    await setup.raise({ severity: 'critical' });
    await setup.clock.advance(2000);
    await setup.chat.say('ann', 'no, that is not me');
    await setup.clock.advance(2000);
    await setup.raise();
    await setup.clock.advance(2000);
    expect(setup.verdicts().map((verdict) => verdict.kind)).toEqual(['confirmed', 'escalated']);
    expect(setup.texts('ann').at(-1)).toContain('Did you do this?');
    const stopped = bot.stop();
    await setup.clock.advance(HOUR);
    await stopped;
  });
});
