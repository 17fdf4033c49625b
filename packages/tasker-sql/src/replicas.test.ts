import { type Claimed, type Conversation, emptyConversation, type SeenAlert, type Tasker } from '@securitybot/core';
import { forEachEngine } from '@securitybot/sql/testing';
import type { KyselyPlugin } from 'kysely';
import { expect, test } from 'vitest';
import { alertOf, changed, idOf, taskOf, waking } from './fixtures/samples.js';
import { createSqlTasker } from './tasker.js';

/** As the engine does it: load, change, save; again where somebody was faster. */
async function update(
  tasker: Tasker,
  conversation: Conversation,
  change: (conversation: Conversation) => Conversation,
  lease?: { readonly id: string },
): Promise<void> {
  let now = conversation;
  while (!(await tasker.save(change(now), lease))) now = (await tasker.load(now.person)).conversation;
}

await forEachEngine(({ open }) => {
  test('a conversation is never loaded half before and half after somebody’s save', async () => {
    const database = await open();
    const other = createSqlTasker(await open());
    await other.save({ ...emptyConversation('U1'), counter: 10, tasks: [taskOf('a', { pushes: 10 })] });
    let saves = 0;
    // Between the reading of the conversation and that of its tasks, somebody saves; two times.
    const meddler: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        if (saves === 2) return result;
        saves += 1;
        const { conversation } = await other.load('U1');
        const tasks = conversation.tasks.map((task) => changed(conversation, task, { pushes: task.pushes + 1 }));
        await other.save({ ...conversation, tasks, counter: conversation.counter + 1 });
        return result;
      },
    };
    const tasker = createSqlTasker({ ...database, db: database.db.withPlugin(meddler) });

    const { conversation } = await tasker.load('U1');

    expect(saves).toBe(2);
    expect(conversation).toMatchObject({ version: 3, counter: 12, tasks: [{ pushes: 12 }] });
  });

  test('replicas that add, assign, answer and close at once neither lose nor double anything', async () => {
    const databases = await Promise.all(Array.from({ length: 4 }, () => open({ poolSize: 3 })));
    const names = Array.from({ length: 32 }, (_, n) => `a${n}`);
    const won = { added: [] as string[], assigned: [] as string[], answered: 0, closed: [] as string[] };

    /** Two replicas may take it for two people: the first wins, and the other sees that it is gone. */
    async function assign(tasker: Tasker, alert: SeenAlert, person: string): Promise<void> {
      const { conversation } = await tasker.load(person);
      const added = conversation.version + 1;
      const task = { ...taskOf('any'), alert, addedIn: added, changedIn: added };
      const next = { ...conversation, ...waking(1), tasks: [...conversation.tasks, task] };
      if (await tasker.save(next)) won.assigned.push(alert.id);
    }

    /** Closes what is open, and drops what was closed before. */
    async function close(tasker: Tasker, { conversation, lease }: Claimed): Promise<void> {
      let ids: readonly string[] = [];
      const change = (now: Conversation): Conversation => {
        const open = now.tasks.filter(({ state }) => state !== 'closed');
        ids = open.map(({ alert }) => alert.id);
        return { ...now, outbox: [], tasks: open.map((task) => changed(now, task, { state: 'closed' })) };
      };
      await update(tasker, conversation, change, { id: lease });
      won.closed.push(...ids);
    }

    async function replica(tasker: Tasker, n: number): Promise<void> {
      for (const name of names) if (await tasker.add(alertOf(name))) won.added.push(idOf(name));
      for (let round = n; won.closed.length < names.length; round++) {
        const person = `U${round % 5}`;
        for (const alert of (await tasker.unassigned(4)).alerts) await assign(tasker, alert, person);
        const { conversation } = await tasker.load(person);
        await update(tasker, conversation, (now) => ({ ...now, ...waking(1), counter: now.counter + 1 }));
        won.answered += 1;
        const { claimed } = await tasker.claim({ leaseMs: 60_000, limit: 2 });
        for (const claim of claimed) await close(tasker, claim);
      }
    }

    await Promise.all(databases.map((database, n) => replica(createSqlTasker(database), n)));

    const ids = names.map(idOf).sort();
    expect({ added: won.added.sort(), assigned: won.assigned.sort(), closed: won.closed.sort() }).toEqual({
      added: ids,
      assigned: ids,
      closed: ids,
    });
    const [database] = databases;
    if (!database) throw new Error('no database');
    const loaded = await Promise.all([0, 1, 2, 3, 4].map((n) => createSqlTasker(database).load(`U${n}`)));
    expect(loaded.reduce((sum, { conversation }) => sum + conversation.counter, 0)).toBe(won.answered);
    const statuses = await database.db.selectFrom('alert_status').select('status').execute();
    expect(statuses.map(({ status }) => status)).toEqual(names.map(() => 2));
  });
});
