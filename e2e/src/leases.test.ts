import { createHash } from 'node:crypto';
import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import {
  type Clock,
  createSecuritybot,
  type Observation,
  type Plugins,
  systemClock,
  type Tasker,
} from '@securitybot/core';
import { forEachServer } from '@securitybot/sql/testing';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { createMemoryAuth, createMemoryChat } from '@securitybot/testing';
import { expect, onTestFinished, test } from 'vitest';
import { alertsOf } from './rows.js';

const LEASE_MS = 3000;
const POLL = { timeout: 60_000 };
const SKEW_MS = 5 * 60_000;

/** The machine's clock, so many ms off. */
const clockOff = (ms: number): Clock => ({ ...systemClock, now: () => systemClock.now() + ms });

/** A process that can be stopped as by SIGSTOP: no call of its store begins or ends while it is. */
function freezable(tasker: Tasker) {
  let thaw = Promise.resolve();
  const through =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await thaw;
      const result = await call(...args);
      await thaw;
      return result;
    };
  const frozen: Tasker = {
    name: tasker.name,
    add: through(tasker.add),
    unassigned: through(tasker.unassigned),
    claim: through(tasker.claim),
    load: through(tasker.load),
    save: through(tasker.save),
  };
  return {
    tasker: frozen,
    thawed: () => thaw,
    freeze(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      thaw = promise;
      return resolve;
    },
  };
}

await forEachServer(({ open }) => {
  async function company(people: readonly string[]) {
    const database = await open();
    const workspace = createMemoryChat({ people }).workspace;
    const phones = createMemoryAuth({ clock: { now: Date.now }, enrolled: people }).phones;
    const seen: Observation[] = [];
    const replica = async (plugins: Partial<Plugins> = {}, clock = clockOff(0)) => {
      const own = await open({ poolSize: 4 });
      const standard = {
        chat: createMemoryChat({ workspace }),
        auth: createMemoryAuth({ phones }),
        tasker: createSqlTasker(own),
        blacklist: createSqlBlacklist(own),
      };
      const options = { reportingChannel: '#security', leaseMs: LEASE_MS, pollMs: 100, clock };
      const bot = createSecuritybot(
        { ...standard, ...plugins },
        { ...options, observe: (observation) => seen.push(observation) },
      );
      onTestFinished(() => bot.stop());
      return bot;
    };
    return {
      database,
      workspace,
      phones,
      seen,
      replica,
      connect: () => createMemoryChat({ workspace }),
      tell: (user: string) => workspace.inbox(user).map(({ text }) => text),
      /** How often somebody was sent that; a message sent twice is shown once. */
      sent(user: string, text: string): number {
        const sends = workspace.calls.filter(({ method }) => method === 'send').map(({ args }) => JSON.stringify(args));
        return sends.filter((send) => send.includes(`"U-${user.toUpperCase()}"`) && send.includes(text)).length;
      },
      /** What was sent to somebody is saved as sent: nobody types as fast as these tests. */
      async settled(username: string): Promise<void> {
        const held = database.db.selectFrom('sb_conversations').select('person').where('lease', 'is not', null);
        const theirs = held.where('person', '=', `U-${username.toUpperCase()}`);
        await expect.poll(() => theirs.execute(), POLL).toEqual([]);
      },
      raise: (username: string) =>
        createSqlTasker(database).add({
          id: createHash('sha256').update(username).digest('hex'),
          username,
          title: 'sudo',
          description: '',
          reason: '',
          url: '',
          eventTime: Date.now(),
        }),
    };
  }

  test('a replica that wakes after its lease saves nothing, and sends no second push', async () => {
    const { database, workspace, phones, seen, replica, connect, tell, sent, settled, raise } = await company(['ann']);
    // The first one is stopped right after it has asked whether it may push, before it could save that.
    const first = freezable(createSqlTasker(await open()));
    const stopped = Promise.withResolvers<void>();
    const woken = Promise.withResolvers<void>();
    let wake: (() => void) | undefined;
    const chat = connect();
    const sleeper = await replica({
      tasker: first.tasker,
      chat: {
        ...chat,
        async send(to, message) {
          const ref = await chat.send(to, message);
          if (wake === undefined && JSON.stringify(message).includes('push')) {
            wake = first.freeze();
            stopped.resolve();
            await woken.promise;
          }
          return ref;
        },
      },
    });
    onTestFinished(() => {
      wake?.();
      woken.resolve();
    });
    await sleeper.start();
    await raise('ann');
    await expect.poll(() => tell('ann').join(), POLL).toContain('Did you do this');
    await settled('ann');
    await workspace.say('ann', 'yes, rebooting');
    await stopped.promise;
    chat.kill(); // its connection is dead, too; what people type goes to the other

    const other = await replica();
    await other.start();
    // Once the lease has ended, the other asks again: a repeated message, at the worst.
    await expect.poll(() => sent('ann', 'send a push'), POLL).toBe(2);
    await settled('ann');
    await workspace.say('ann', 'yes');
    await expect.poll(() => phones.prompts('ann').length, POLL).toBe(1);

    // The sleeper wakes while the push is out.
    wake?.();
    woken.resolve();
    await expect.poll(() => seen.some(({ type }) => type === 'conflict'), POLL).toBe(true);
    phones.approve('ann');
    await expect.poll(async () => (await alertsOf(database, 'ann'))[0]?.status, POLL).toBe(2);
    await Promise.all([sleeper.idle(), other.idle()]);

    expect(phones.prompts('ann')).toHaveLength(1);
    expect(await alertsOf(database, 'ann')).toMatchObject([{ comment: 'rebooting', performed: 1, authenticated: 1 }]);
    expect(seen.filter(({ type }) => type === 'verdict')).toHaveLength(1);
  });

  test('a replica that is stopped between attempt and push, and wakes after its lease, does not send what was replaced', async () => {
    const { database, workspace, phones, seen, replica, connect, tell, sent, settled, raise } = await company(['ann']);
    const first = freezable(createSqlTasker(await open()));
    const stopped = Promise.withResolvers<() => void>();
    const chat = connect();
    const sleeper = await replica({
      chat,
      tasker: {
        ...first.tasker,
        async save(next, lease) {
          const saved = await first.tasker.save(next, lease);
          if (saved && next.outbox.some((effect) => effect.type === 'challenge' && effect.attempted)) {
            stopped.resolve(first.freeze());
            await first.thawed();
          }
          return saved;
        },
      },
    });
    await sleeper.start();
    await raise('ann');
    await expect.poll(() => tell('ann').join(), POLL).toContain('Did you do this');
    await settled('ann');
    await workspace.say('ann', 'yes, rebooting');
    await expect.poll(() => tell('ann').join(), POLL).toContain('send a push');
    await settled('ann');
    const permitted = workspace.say('ann', 'yes'); // the save that is to be acknowledged is the attempt's, too
    const wake = await stopped.promise;
    onTestFinished(wake);
    chat.kill();

    const other = await replica();
    await other.start();
    await expect.poll(() => sent('ann', 'tell whether my push has reached you'), POLL).toBe(1);
    await settled('ann');
    await workspace.say('ann', 'yes');
    await expect.poll(() => phones.prompts('ann').length, POLL).toBe(1);

    wake();
    await expect.poll(() => seen.some(({ type }) => type === 'conflict'), POLL).toBe(true);
    await permitted;
    await sleeper.stop();
    expect(phones.prompts('ann')).toHaveLength(1);
    phones.approve('ann');
    await expect.poll(async () => (await alertsOf(database, 'ann'))[0]?.status, POLL).toBe(2);
    expect(await alertsOf(database, 'ann')).toMatchObject([{ performed: 1, authenticated: 1 }]);
  });

  test('replicas whose clocks are five minutes apart either way neither starve nor do anything twice', async () => {
    const people = Array.from({ length: 8 }, (_, n) => `p${n}`);
    const { database, workspace, phones, seen, replica, tell, sent, settled, raise } = await company(people);
    const bots = await Promise.all([SKEW_MS, -SKEW_MS, 0].map((ms) => replica({}, clockOff(ms))));
    await Promise.all(bots.map((bot) => bot.start()));
    await Promise.all(people.map(raise));
    await Promise.all(
      people.map(async (person) => {
        await expect.poll(() => tell(person).join(), POLL).toContain('Did you do this');
        await settled(person);
        await workspace.say(person, 'yes, it was me');
        await expect.poll(() => tell(person).join(), POLL).toContain('send a push');
        await settled(person);
        await workspace.say(person, 'yes');
        await expect.poll(() => phones.prompts(person).length, POLL).toBe(1);
        phones.approve(person);
        await expect.poll(async () => (await alertsOf(database, person))[0]?.status, POLL).toBe(2);
      }),
    );
    await Promise.all(bots.map((bot) => bot.idle()));

    expect(seen.filter(({ type }) => type === 'failure')).toEqual([]);
    expect(seen.filter(({ type }) => type === 'verdict')).toHaveLength(people.length);
    for (const person of people) {
      expect(phones.prompts(person)).toHaveLength(1);
      expect(sent(person, 'Did you do this')).toBe(1);
      expect(await alertsOf(database, person)).toMatchObject([{ performed: 1, authenticated: 1 }]);
    }
  });
});
