import { describe, expect, test } from 'vitest';
import { defaultCommands } from '../commands/defaults.js';
import { reply } from '../commands/handler.js';
import type { Auth } from '../contracts/auth.js';
import { defaultMessages } from '../messages/defaults.js';
import { permit, world } from './fixtures.js';

describe('processes come and go', () => {
  test('a push that is out when the bot stops is looked after by the next one', async () => {
    const setup = world();
    const first = setup.bot();
    await first.start();
    await permit(setup, first);
    await first.idle();
    await first.stop();
    await first.stop();
    setup.auth.approve('ann');
    const second = setup.bot();
    await second.start();
    await second.idle();
    expect(setup.verdicts()).toMatchObject([{ kind: 'confirmed' }]);
    expect(setup.auth.prompts('ann')).toHaveLength(1);
    await second.stop();
  });

  test('a stop calls off the asking after a push, which counts as no failure, and the next bot asks at once', async () => {
    const setup = world();
    const patient: Auth = {
      ...setup.auth,
      check: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    };
    const first = setup.bot({ auth: patient });
    await first.start();
    await permit(setup, first);
    await setup.clock.advance(2000); // the check is under way
    const stoppedAt = setup.clock.now();
    await first.stop();
    expect(setup.failures()).toEqual([]);
    // This one asks under a lease, as it has sent nothing itself.
    const second = setup.bot({ auth: patient });
    await second.start();
    await setup.clock.advance(100);
    await second.stop();
    expect(setup.failures()).toEqual([]);
    setup.auth.approve('ann');
    const third = setup.bot();
    await third.start();
    await setup.clock.advance(100);
    expect(setup.verdicts()).toMatchObject([{ kind: 'confirmed' }]);
    expect(setup.clock.now() - stoppedAt).toBeLessThan(1000);
    await third.stop();
  });

  test('killed between the attempt and the token: the person is asked anew, no second push goes out by itself', async () => {
    const setup = world();
    const never: Auth = { ...setup.auth, challenge: () => new Promise(() => undefined) };
    const first = setup.bot({ auth: never });
    await first.start();
    await permit(setup, first);
    await setup.clock.advance(100); // the attempt is saved, the call is under way, and then: killed
    setup.chat.kill();
    const second = setup.bot();
    await second.start();
    await setup.clock.advance(32_000); // past the lease
    expect(setup.texts('ann').at(-1)).toContain("can't tell whether my push has reached you");
    expect(setup.auth.prompts('ann')).toHaveLength(0);
    await second.stop();
  });

  test('two replicas: each alert is asked about once', async () => {
    const setup = world();
    const one = setup.bot();
    const two = setup.bot({ chat: { ...setup.chat, start: async () => undefined } });
    await Promise.all([one.start(), two.start()]);
    for (let i = 0; i < 20; i += 1) await setup.raise({ username: i % 2 ? 'ann' : 'bob', title: `title ${i}` });
    await Promise.all([one.idle(), two.idle()]);
    expect(setup.texts('ann')).toHaveLength(1);
    expect(setup.texts('bob')).toHaveLength(1);
    for (let i = 0; i < 10; i += 1) {
      await Promise.all([setup.chat.say('ann', 'no'), setup.chat.say('bob', 'no')]);
      await Promise.all([one.idle(), two.idle()]);
    }
    expect(setup.verdicts()).toHaveLength(20);
    expect(new Set(setup.reports()).size).toBe(20);
    await Promise.all([one.stop(), two.stop()]);
  });

  test('stop before start, and a start that fails', async () => {
    const setup = world();
    await setup.bot().stop();
    const bot = setup.bot({
      chat: {
        ...setup.chat,
        start: async () => {
          throw new Error('wrong token');
        },
      },
    });
    await expect(bot.start()).rejects.toThrow('wrong token');
    await bot.stop();
  });

  test('an idle bot with open questions asks the store once a poll, and nothing else', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    await setup.raise();
    await bot.idle();
    const before = setup.line.calls.length;
    const chatted = setup.chat.calls.length;
    await setup.clock.advance(60_000);
    const methods = Map.groupBy(setup.line.calls.slice(before), (name) => name);
    expect([...methods.keys()].toSorted()).toEqual(['claim', 'unassigned']);
    expect(methods.get('claim')?.length).toBeLessThanOrEqual(61);
    expect(setup.chat.calls.length).toBe(chatted);
    await bot.stop();
  });
});

describe('commands', () => {
  test('one of your own, by code; it may know the login and the time', async () => {
    const setup = world({
      commands: [
        ...defaultCommands,
        {
          name: 'shift',
          run: 'shift',
          summary: 'whose shift it is',
          usage: ['shift'],
          success: 'It is the shift of {who}.',
        },
        { name: 'oncall', run: 'oncall', aliases: ['who'], summary: 'who is on call', usage: ['oncall'] },
      ],
      functions: {
        shift: ({ command }) => ({
          type: 'reply',
          parts: [{ command: command.name, outcome: 'success', values: { who: 'bob' } }],
        }),
        oncall: async ({ args, rest, login, now }) =>
          reply({ text: `bob is, ${await login()}: ${args.length} ${rest} ${(await now()).getUTCFullYear()}` }),
      },
    });
    const bot = setup.bot();
    await bot.start();
    await setup.chat.say('ann', 'who — really?');
    await bot.idle();
    await setup.chat.say('ann', 'shift');
    await bot.idle();
    expect(setup.texts('ann')).toEqual(['bob is, ann: 2 really? 2026', 'It is the shift of bob.']);
    await bot.stop();
  });

  test('help lists, help -a lists all; unknown words point to help; usage is shown', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    for (const text of ['help', 'help -a', 'help —all', 'what?', 'ignore current soon']) {
      await setup.chat.say('ann', text);
      await bot.idle();
    }
    const [help, all, dashed, unknown, usage] = setup.texts('ann');
    expect(help).toContain('status – lists what is open');
    expect(help).toContain('ignore current 1h30m | ignore last 1h30m – ');
    expect(help).toContain('Type help -a to see the rest.');
    expect(help).not.toContain('unsure');
    expect(all).toContain('unsure <a few words>');
    expect(all).not.toContain('to see the rest');
    expect(dashed).toBe(all);
    expect(unknown).toBe("I don't understand. Type help to see what I do.");
    expect(usage).toBe('Like this: ignore current 1h30m\nLike this: ignore last 1h30m');
    await bot.stop();
  });

  test('synonyms, typographic quotes, a message quoted as a whole', async () => {
    for (const text of ['yep it was me', '“yes” it was me', '"yes it was me"', 'OKAY, it was me']) {
      const setup = world();
      const bot = setup.bot();
      await bot.start();
      await setup.raise();
      await bot.idle();
      await setup.chat.say('ann', text);
      await bot.idle();
      expect(setup.texts('ann').at(-1)).toContain('send a push');
      await bot.stop();
    }
  });

  test('test raises an alert for the sender, once for one event; a proven one is said to be muted', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    await setup.chat.say('ann', 'test');
    await setup.chat.redeliver();
    await bot.idle();
    await setup.chat.say('ann', 'yes');
    await bot.idle();
    await setup.chat.say('ann', 'yes');
    await bot.idle();
    setup.auth.approve('ann');
    await bot.idle();
    await setup.clock.advance(1000);
    await setup.chat.say('ann', 'test');
    await bot.idle();
    expect(setup.verdicts().map(({ kind }) => kind)).toEqual(['confirmed', 'muted']);
    expect(setup.texts('ann').at(-1)).toContain('I will not ask about it');
    await bot.stop();
  });

  test('a login is believed only if looking it up leads back to the sender', async () => {
    const setup = world();
    const bot = setup.bot({}, { people: { login: () => 'bob' } });
    await bot.start();
    for (const text of ['stop', 'start', 'test']) {
      await setup.chat.say('ann', text);
      await bot.idle();
    }
    expect(setup.texts('ann')).toEqual(
      Array(3).fill("I can't tell which login is yours, so I can't do that. Please ask the security team."),
    );
    expect(setup.reports()).toEqual([]);
    await bot.stop();
  });

  test('logins, chat users and 2FA accounts are mapped by configuration', async () => {
    const setup = world();
    setup.chat.add({ id: 'U7', username: 'carol.c', name: 'Carol', email: 'carol@example.com' });
    setup.auth.setReadiness('corp-carol', { ready: true });
    const bot = setup.bot(
      {},
      {
        people: {
          find: (login) => ({ email: `${login}@example.com` }),
          login: ({ email }) => email?.split('@')[0],
          subject: (login) => `corp-${login}`,
        },
      },
    );
    await bot.start();
    await setup.raise({ username: ' Carol' });
    await bot.idle();
    for (const text of ['yes', 'yes']) {
      await setup.chat.say('U7', text);
      await bot.idle();
    }
    expect(setup.auth.prompts('corp-carol')).toHaveLength(1);
    await bot.stop();
  });

  test('the page of open questions', async () => {
    const setup = world();
    const bot = setup.bot();
    await bot.start();
    await setup.chat.open('ann');
    await bot.idle();
    expect(setup.chat.home('ann')?.text).toBe('There is no open question for you.');
    await setup.raise();
    await bot.idle();
    await setup.chat.open('ann');
    await bot.idle();
    expect(setup.chat.home('ann')?.text).toContain('1: sudo (waiting for your answer)');
    await bot.stop();
  });
});

describe('options that make no sense are refused with the way out', () => {
  test.each([
    [{ reportingChannel: ' ' }, /Name the room/],
    [{ messages: { ...defaultMessages, goodbye: 'Bye {nme}' } }, /Message "goodbye": "\{nme\}" is not known here/],
    [{ messages: { ...defaultMessages, goodbye: '*Bye' } }, /not closed/],
    [
      { commands: [{ name: 'x', run: 'nope', summary: '', usage: [] }] },
      /no function "nope"\. Name one of help, hi, yes, /,
    ],
    [
      { commands: [...defaultCommands, { name: 'y', run: 'hi', summary: '', usage: [] }] },
      /"y" is a word of "yes" already/,
    ],
    [{ commands: [{ name: 'hi', run: 'hi', summary: '', usage: [], success: '{who}' }] }, /It knows \{name\}/],
    [{ commands: [{ name: 'stop', run: 'stop', summary: '', usage: [], success: '{who}' }] }, /It has none/],
  ])('%#', (options, message) => {
    expect(() => world().bot({}, options)).toThrow(message);
  });

  test('working hours', () => {
    const setup = world({ policy: { hours: { start: '9', end: '18:00', days: [1], zone: 'UTC' } } });
    expect(() => setup.bot()).toThrow(/no time of day/);
  });
});
