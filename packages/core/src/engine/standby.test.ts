import { createMemoryTasker } from '@securitybot/testing';
import { expect, test } from 'vitest';
import type { Alert } from '../contracts/alert.js';
import type { Chat } from '../contracts/chat.js';
import type { Tasker } from '../contracts/tasker.js';
import { another, gate, reached, world } from './fixtures.js';

/** A database with a standby, which follows when it is told to, and may take over without the last of what the primary knew. */
function servers(clock: ReturnType<typeof world>['clock']) {
  const primary = createMemoryTasker({ clock });
  const standby = createMemoryTasker({ clock });
  let serving = primary;
  let unsent: (() => Promise<unknown>)[] = [];
  /** Done on the server that serves, and noted for the standby. */
  const on =
    <A extends unknown[], R>(call: (server: Tasker, ...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (serving === primary) unsent.push(() => call(standby, ...args));
      return call(serving, ...args);
    };
  const tasker: Tasker = {
    name: 'memory',
    add: on((server, alert) => server.add(alert)),
    unassigned: on((server, limit) => server.unassigned(limit)),
    claim: on((server, request) => server.claim(request)),
    load: on((server, person) => server.load(person)),
    save: on((server, next, lease) => server.save(next, lease)),
  };
  return {
    tasker,
    async follow() {
      const all = unsent;
      unsent = [];
      for (const each of all) await each();
    },
    takeOver() {
      serving = standby;
    },
    conversation: async () => (await serving.load('U-ANN')).conversation,
  };
}

const alert = (n: number, eventTime: number): Alert => ({
  id: String(n).padStart(64, '0'),
  username: 'ann',
  title: `title ${n}`,
  description: '',
  reason: '',
  url: '',
  eventTime,
});

test('what a standby has taken on after it took over is kept, though a process remembers more than it had', async () => {
  const setup = world();
  const { clock } = setup;
  const database = servers(clock);
  const { tasker, line } = reached(database.tasker);
  const first = setup.bot({ tasker });
  await first.start();
  await database.tasker.add(alert(1, clock.now()));
  await clock.advance(2000);
  await database.follow();
  await setup.chat.say('ann', 'help'); // two saves that the standby never gets
  await clock.advance(1000);
  const { version } = await database.conversation();
  line.isDown = true;
  await clock.advance(2000);
  database.takeOver();
  const second = await another(setup, { tasker: database.tasker });
  for (const n of [2, 3]) {
    await database.tasker.add(alert(n, clock.now()));
    await clock.advance(2000);
  }
  expect((await database.conversation()).version).toBe(version); // and yet another one
  line.isDown = false;
  await clock.advance(10_000);
  await setup.chat.say('ann', 'no');
  await clock.advance(2000);
  expect((await database.conversation()).tasks).toHaveLength(3);
  await Promise.all([first.stop(), second.bot.stop()]);
});

test('also where it was at work while the store was away', async () => {
  const setup = world();
  const { clock } = setup;
  const database = servers(clock);
  const { tasker, line } = reached(database.tasker);
  const sending = gate();
  let isSlow = false;
  const chat: Chat = {
    ...setup.chat,
    async send(to, message) {
      if (isSlow) await sending.opened;
      return setup.chat.send(to, message);
    },
  };
  const first = setup.bot({ tasker, chat });
  await first.start();
  await database.tasker.add(alert(1, clock.now()));
  await clock.advance(2000);
  isSlow = true;
  await setup.chat.say('ann', 'help');
  await clock.advance(500);
  await database.follow();
  await setup.chat.say('ann', 'status'); // one save that the standby never gets
  await clock.advance(500);
  const { version } = await database.conversation();
  line.isDown = true;
  await clock.advance(1500); // it looks for new alerts in vain
  database.takeOver();
  const second = await another(setup, { tasker: database.tasker });
  await second.say('no');
  expect((await database.conversation()).version).toBe(version);
  line.isDown = false;
  sending.open();
  await clock.advance(60_000);
  expect(setup.reports()).toHaveLength(1);
  await Promise.all([first.stop(), second.bot.stop()]);
});
