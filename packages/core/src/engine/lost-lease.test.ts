import { expect, test } from 'vitest';
import type { Auth } from '../contracts/auth.js';
import type { Chat } from '../contracts/chat.js';
import { PluginError } from '../contracts/error.js';
import type { Tasker } from '../contracts/tasker.js';
import type { Clock } from './clock.js';
import { another, gate, permit, reached, world } from './fixtures.js';

test('a process that has lost its lease does not send the challenge that another one has attempted', async () => {
  const setup = world();
  const { chat, auth, clock } = setup;
  // One process hangs in sending the question about the push, while the store is out of its reach.
  const sending = gate();
  const { tasker: cut, line } = reached(setup.tasker);
  const slowChat: Chat = {
    ...chat,
    send: async (to, message) => {
      const ref = await chat.send(to, message);
      if (message.nodes.some((node) => 'text' in node && node.text.includes('send a push'))) await sending.opened;
      return ref;
    },
  };
  const challenged: string[] = [];
  const provider = gate();
  const counting = (waits: boolean): Auth => ({
    ...auth,
    challenge: async (request, signal) => {
      challenged.push(request.id);
      if (waits) await provider.opened;
      return auth.challenge(request, signal);
    },
  });
  const first = setup.bot({ chat: slowChat, tasker: cut, auth: counting(false) });
  await first.start();
  await setup.raise();
  await clock.advance(2000);
  await chat.say('ann', 'yes');
  await clock.advance(2000); // hangs in the send
  line.isDown = true;
  await clock.advance(60_000); // the lease ends
  const second = await another(setup, { auth: counting(true) });
  await clock.advance(5000);
  await second.say('yes');
  await clock.advance(2000);
  expect(challenged).toHaveLength(1); // it waits for its provider
  // The first one is back.
  line.isDown = false;
  await clock.advance(11_000);
  sending.open();
  await clock.advance(2000);
  expect(challenged).toEqual([challenged[0]]);
  provider.open();
  await clock.advance(2000);
  await Promise.all([first.stop(), second.bot.stop()]);
});

test('a push that is permitted while other effects are performed goes out at once, though messages have to wait', async () => {
  const setup = world();
  const { chat, auth, clock, tasker } = setup;
  const adding = gate();
  const bot = setup.bot({
    tasker: {
      ...tasker,
      add: async (alert) => {
        await adding.opened;
        return tasker.add(alert);
      },
    },
  });
  await bot.start();
  await setup.raise();
  await clock.advance(2000);
  await chat.say('ann', 'yes');
  await clock.advance(2000);
  chat.failNext(1, new PluginError('RATE_LIMITED', 'slower', { retryAfterMs: 60_000 }), { on: 'send' });
  await chat.say('ann', 'test'); // the alert is being raised; the reply has to wait for a minute
  await clock.advance(2000);
  await chat.say('ann', 'yes');
  adding.open();
  await clock.advance(5000);
  expect(auth.prompts('ann')).toHaveLength(1);
  await bot.stop();
});

/** A process that is stopped once it has saved the attempt of a challenge, before it can send: neither its calls nor its timers go on. */
function stopAfterAttempt({ tasker, clock }: ReturnType<typeof world>) {
  const woken = gate();
  let isStopped = false;
  const save: Tasker['save'] = async (next, lease) => {
    const saved = await tasker.save(next, lease);
    if (saved && next.outbox.some((effect) => effect.type === 'challenge' && effect.attempted)) {
      isStopped = true;
      await woken.opened;
    }
    return saved;
  };
  const sleep: Clock['sleep'] = async (ms, signal) => {
    await clock.sleep(ms, signal);
    // What was under way before a process was stopped may well be ahead of its timers afterwards.
    if (isStopped) await woken.opened.then(() => new Promise((resolve) => setImmediate(resolve)));
  };
  return { tasker: { ...tasker, save }, clock: { now: clock.now, sleep }, wake: woken.open };
}

test('a process that stands still past its lease between attempt and push does not send what was replaced meanwhile', async () => {
  const setup = world();
  const { auth, clock } = setup;
  const { wake, ...frozen } = stopAfterAttempt(setup);
  const first = setup.bot({ tasker: frozen.tasker }, { clock: frozen.clock });
  await first.start();
  const permitted = permit(setup, first);
  await clock.advance(2000);
  const second = await another(setup);
  await clock.advance(32_000); // past the lease: nobody knows whether the push is out, so ann is asked anew
  await second.say('yes');
  await clock.advance(2000);
  expect(auth.prompts('ann')).toHaveLength(1);
  wake();
  await clock.advance(5000);
  await permitted;
  expect(auth.prompts('ann')).toHaveLength(1);
  auth.approve('ann');
  await clock.advance(2000);
  expect(setup.verdicts()).toMatchObject([{ kind: 'confirmed' }]);
  await Promise.all([first.stop(), second.bot.stop()]);
});

test('a machine that was suspended past the lease, whose monotonic clock stood still, does not send either', async () => {
  const setup = world();
  const { auth, clock } = setup;
  const { wake, ...frozen } = stopAfterAttempt(setup);
  let suspended = 0;
  const wall = () => clock.now() + suspended;
  const bot = setup.bot({ tasker: frozen.tasker }, { clock: { ...frozen.clock, wall } });
  await bot.start();
  const permitted = permit(setup, bot);
  await clock.advance(100);
  suspended = 31_000;
  wake();
  await clock.advance(500);
  await permitted;
  expect(auth.prompts('ann')).toHaveLength(0);
  // Nobody has taken its lease: it was not sent, and is now.
  await clock.advance(2000);
  expect(auth.prompts('ann')).toHaveLength(1);
  await bot.stop();
});

test('a challenge that is attempted when the bot stops is handed back, and sent by the next one', async () => {
  const setup = world();
  const { tasker, clock } = setup;
  const saving = gate();
  const save: Tasker['save'] = async (next, lease) => {
    const saved = await tasker.save(next, lease);
    if (next.outbox.some((effect) => effect.type === 'challenge' && effect.attempted)) await saving.opened;
    return saved;
  };
  const bot = setup.bot({ tasker: { ...tasker, save } });
  await bot.start();
  const permitted = permit(setup, bot);
  await clock.advance(2000);
  const stopped = bot.stop();
  saving.open();
  await Promise.all([permitted, stopped]);
  expect(setup.auth.prompts('ann')).toEqual([]);
  const next = setup.bot();
  await next.start();
  await clock.advance(3000);
  expect(setup.auth.prompts('ann')).toHaveLength(1);
  await next.stop();
});
