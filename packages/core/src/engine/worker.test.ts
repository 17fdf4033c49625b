import { expect, test } from 'vitest';
import { defaultCommands } from '../commands/defaults.js';
import type { Chat } from '../contracts/chat.js';
import type { Tasker } from '../contracts/tasker.js';
import { gate, world } from './fixtures.js';

/** A chat that is slow in sending from when the test says so, until it opens. */
function slowInSending(chat: Chat) {
  const { opened, open } = gate();
  const state = { isSlow: false };
  const slow: Chat = {
    ...chat,
    async send(to, message) {
      if (state.isSlow) await opened;
      return chat.send(to, message);
    },
  };
  return { chat: slow, state, open };
}

test('a conversation is let go when all is done, though some of it was taken back while it was done', async () => {
  const setup = world();
  const { clock } = setup;
  const asking = gate();
  const { chat, state, open } = slowInSending(setup.chat);
  const bot = setup.bot({
    chat,
    auth: {
      ...setup.auth,
      async readiness(...args) {
        await asking.opened;
        return setup.auth.readiness(...args);
      },
    },
  });
  await bot.start();
  await setup.raise();
  await clock.advance(2000);
  await setup.chat.say('ann', 'yes');
  await clock.advance(2000);
  state.isSlow = true;
  await setup.chat.say('ann', 'help'); // what it says is still being sent when the second factor answers
  await clock.advance(500);
  await setup.chat.say('ann', 'stop'); // nobody needs its answer any more
  await clock.advance(500);
  asking.open();
  await clock.advance(500);
  open();
  await clock.advance(2000);
  await bot.idle();
  const saves = () => setup.line.calls.filter((call) => call === 'save').length;
  const before = saves();
  await clock.advance(60_000);
  expect(saves()).toBe(before);
  await bot.stop();
});

test('a stop that comes while a conversation is being saved does not wait for its next save', async () => {
  const setup = world();
  const { clock, tasker } = setup;
  const saving = gate();
  const state = { isHeld: false, held: 0 };
  const save: Tasker['save'] = async (next, lease) => {
    if (state.isHeld && lease?.keepMs && !lease.begins) {
      state.held += 1;
      await saving.opened;
    }
    return tasker.save(next, lease);
  };
  const bot = setup.bot({ tasker: { ...tasker, save } });
  await bot.start();
  await setup.raise();
  await clock.advance(2000);
  state.isHeld = true;
  await setup.chat.say('ann', 'yes');
  await clock.advance(2000);
  expect(state.held).toBe(1);
  const stopped = bot.stop();
  await clock.advance(10);
  saving.open();
  await stopped; // though the clock stands still
});

test('a command that answers nonsense fails by itself, also while its conversation is at work', async () => {
  const nonsense = { name: 'nonsense', run: 'nonsense', summary: 'nothing', usage: ['nonsense'] };
  const setup = world({
    commands: [...defaultCommands, nonsense],
    functions: { nonsense: async () => ({ type: 'reply' }) as never },
  });
  const { clock } = setup;
  const { chat, state, open } = slowInSending(setup.chat);
  const bot = setup.bot({ chat });
  await bot.start();
  state.isSlow = true;
  await setup.chat.say('ann', 'help');
  await clock.advance(500);
  await setup.chat.say('ann', 'nonsense');
  expect(setup.failures()).toEqual(['take a text event']);
  open();
  await setup.raise();
  await clock.advance(2000);
  await setup.chat.say('ann', 'no');
  await clock.advance(2000);
  expect(setup.chat.calls.filter(({ method }) => method === 'send')).toHaveLength(4); // nothing twice: the help, a question, a report, a goodbye
  expect(setup.verdicts()).toMatchObject([{ cause: 'denied' }]);
  await bot.stop();
});
