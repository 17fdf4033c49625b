import { expect, test } from 'vitest';
import type { Auth } from '../contracts/auth.js';
import type { Chat } from '../contracts/chat.js';
import { PluginError } from '../contracts/error.js';
import type { Tasker } from '../contracts/tasker.js';
import { world } from './fixtures.js';

/** A promise, and what settles it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test('a process that has lost its lease does not send the challenge that another one has attempted', async () => {
  const setup = world();
  const { chat, auth, clock } = setup;
  // One process hangs in sending the question about the push, while the store is out of its reach.
  const sending = gate();
  const line = { isDown: false };
  const slowChat: Chat = {
    ...chat,
    send: async (to, message) => {
      const ref = await chat.send(to, message);
      if (message.nodes.some((node) => 'text' in node && node.text.includes('send a push'))) await sending.opened;
      return ref;
    },
  };
  const over =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      if (line.isDown) throw new PluginError('UNAVAILABLE', 'the store is away');
      return call(...args);
    };
  const { tasker } = setup;
  const cut: Tasker = {
    ...tasker,
    unassigned: over(tasker.unassigned),
    claim: over(tasker.claim),
    load: over(tasker.load),
    save: over(tasker.save),
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
  // Another process goes on.
  const { kill: _, ...rest } = chat;
  let receive: Parameters<Chat['start']>[0] = async () => undefined;
  const second = setup.bot({
    chat: {
      ...rest,
      start: async (to) => {
        receive = to;
      },
    },
    auth: counting(true),
  });
  await second.start();
  await clock.advance(5000);
  const ann = (await chat.findUser({ username: 'ann' })) as { user: { id: string } };
  await receive({ id: 'e9', type: 'text', user: ann.user.id, text: 'yes' });
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
  await Promise.all([first.stop(), second.stop()]);
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
