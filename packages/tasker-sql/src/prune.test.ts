import { type Conversation, emptyConversation, type Task } from '@securitybot/core';
import { hexToHash, type Schema, type SqlDatabase, toSqlTime } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { type KyselyPlugin, sql } from 'kysely';
import { expect, test } from 'vitest';
import { alertOf, idOf, taskOf } from './fixtures/samples.js';
import { countPrunable, pruneAlerts } from './prune.js';
import { createSqlTasker } from './tasker.js';

const NOW = Date.UTC(2026, 10, 24, 10);
const DAY = 86_400_000;
const BEFORE = new Date(NOW - 90 * DAY);
const TABLES = ['alerts', 'user_responses', 'alert_status', 'sb_tasks'] as const;

const closed = (name: string, daysAgo: number, more: Partial<Task> = {}): Task =>
  taskOf(name, {
    state: 'closed',
    verdict: { kind: 'escalated', cause: 'denied', at: NOW - daysAgo * DAY },
    ...more,
  });

async function prune(database: SqlDatabase, before = BEFORE): Promise<readonly number[]> {
  const batches: number[] = [];
  for await (const count of pruneAlerts(database, before)) batches.push(count);
  return batches;
}

await forEachEngine(({ open }) => {
  async function start() {
    const database = await open({ now: () => NOW });
    const tasker = createSqlTasker(database);
    const has = async (table: (typeof TABLES)[number] | 'sb_pruned', name: string) => {
      const query = database.db
        .selectFrom(table)
        .select('hash')
        .where('hash', '=', hexToHash(idOf(name)));
      return (await query.executeTakeFirst()) !== undefined;
    };
    return {
      database,
      tasker,
      /** The tables in which that alert has a row. */
      rowsOf: async (name: string) => {
        const found: string[] = [];
        for (const table of [...TABLES, 'sb_pruned'] as const) if (await has(table, name)) found.push(table);
        return found;
      },
      /** A conversation with those tasks, whose alerts are all there. */
      async keep(person: string, tasks: readonly Task[], more: Partial<Conversation> = {}): Promise<void> {
        for (const { alert } of tasks) await tasker.add(alert);
        expect(await tasker.save({ ...emptyConversation(person), tasks, ...more })).toBe(true);
      },
      /** As a detector does it, or the original. */
      async insert(name: string, status: number, eventTime = NOW): Promise<void> {
        const insert = <T extends (typeof TABLES)[number]>(table: T, row: object) =>
          database.db
            .insertInto(table)
            .values({ hash: hexToHash(idOf(name)), ...row } as never)
            .execute();
        await insert('alerts', { ldap: 'ann', title: 'sudo', event_time: toSqlTime(eventTime) });
        await insert('user_responses', { comment: '', performed: false, authenticated: false });
        await insert('alert_status', { status });
      },
    };
  }

  test('what was closed before that time is deleted, its hash is kept; what is open or closed since stays', async () => {
    const { database, tasker, rowsOf, keep } = await start();
    const open = taskOf('open', { alert: { ...alertOf('open'), seenAt: NOW - 200 * DAY } });
    await keep('U1', [closed('old', 91), closed('young', 89), open]);
    expect(await countPrunable(database, BEFORE)).toBe(1);

    expect(await prune(database)).toEqual([1]);

    expect(await rowsOf('old')).toEqual(['sb_pruned']);
    expect(await rowsOf('young')).toEqual([...TABLES]);
    expect(await rowsOf('open')).toEqual([...TABLES]);
    const { conversation } = await tasker.load('U1');
    expect(conversation).toMatchObject({ version: 2, tasks: [closed('young', 89), open] });
    expect(await countPrunable(database, BEFORE)).toBe(0);
    expect(await prune(database)).toEqual([]);
  });

  test('a task that the conversation no longer lists is deleted, and the conversation left alone', async () => {
    const { database, tasker, rowsOf, keep } = await start();
    await keep('U1', [closed('old', 91)]);
    await tasker.save({ ...emptyConversation('U1'), version: 1 });
    expect(await prune(database)).toEqual([1]);
    expect(await rowsOf('old')).toEqual(['sb_pruned']);
    expect((await tasker.load('U1')).conversation.version).toBe(2);
  });

  test('what is still to be told of stays until it is', async () => {
    const { database, rowsOf, keep } = await start();
    const report = { key: 'U1/1', notBefore: NOW, tries: 9, failingSince: NOW - 95 * DAY };
    const outbox = [{ type: 'report', tasks: [idOf('stuck')], cause: 'denied', ...report }] as const;
    await keep('U1', [closed('stuck', 95), closed('told', 95)], { outbox });
    expect(await prune(database)).toEqual([1]);
    expect(await rowsOf('stuck')).toEqual([...TABLES]);
    expect(await rowsOf('told')).toEqual(['sb_pruned']);
  });

  test('a conversation of the mass brake goes with its last task, a person’s stays', async () => {
    const { database, tasker, keep } = await start();
    await keep('flood:1', [closed('a', 95)]);
    await keep('flood:2', [closed('b', 95), closed('c', 1)]);
    await keep('U1', [closed('d', 95)]);
    expect(await prune(database)).toEqual([3]);
    const persons = await database.db.selectFrom('sb_conversations').select('person').orderBy('person').execute();
    expect(persons.map(({ person }) => person)).toEqual(['U1', 'flood:2']);
    expect((await tasker.load('U1')).conversation).toMatchObject({ version: 2, tasks: [] });
  });

  test('one that somebody edited is left alone', async () => {
    const { database, rowsOf, keep } = await start();
    await keep('U1', [closed('a', 95)]);
    await keep('U2', [closed('b', 95)]);
    await database.db.updateTable('sb_conversations').set({ data: '{' }).where('person', '=', 'U1').execute();
    expect(await prune(database)).toEqual([1]);
    expect(await rowsOf('a')).toEqual([...TABLES]);
  });

  test('an alert that is raised again after it was deleted is known', async () => {
    const { database, tasker, rowsOf, keep } = await start();
    await keep('U1', [closed('old', 91)]);
    await prune(database);
    expect(await tasker.add(alertOf('old'))).toBe(false);
    expect(await rowsOf('old')).toEqual(['sb_pruned']);
    expect((await tasker.unassigned(10)).alerts).toEqual([]);
  });

  test('one that a detector INSERTs again is closed, asks nobody, and is deleted again in its time', async () => {
    const { database, tasker, rowsOf, keep, insert } = await start();
    await keep('U1', [closed('old', 91)]);
    await prune(database);
    await insert('old', 0);
    await insert('new', 0);

    expect((await tasker.unassigned(10)).alerts.map(({ id }) => id)).toEqual([idOf('new')]);

    const response = await database.db
      .selectFrom('user_responses')
      .innerJoin('alert_status', 'alert_status.hash', 'user_responses.hash')
      .select(['status', 'comment', 'performed', 'authenticated'])
      .where('user_responses.hash', '=', hexToHash(idOf('old')))
      .executeTakeFirst();
    const comment = expect.stringMatching(/^known: /);
    expect(response).toEqual({ status: 2, comment, performed: 0, authenticated: 0 });
    expect(await prune(database)).toEqual([]);
    expect(await prune(database, new Date(NOW + 1))).toEqual([1]);
    expect(await rowsOf('old')).toEqual(['sb_pruned']);
  });

  test('an alert that is raised while it is being deleted is known', async () => {
    const { database, tasker, rowsOf, keep } = await start();
    await keep('U1', [closed('old', 91)]);
    const { database: other } = await start();
    const adding = Promise.withResolvers<boolean>();
    let begun = false;
    // Before the batch commits, somebody raises it, and has to wait.
    const meddler: KyselyPlugin = {
      transformQuery({ node }) {
        if (node.kind === 'DeleteQueryNode' && !begun) {
          begun = true;
          setImmediate(() => createSqlTasker(other).add(alertOf('old')).then(adding.resolve, adding.reject));
        }
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const write: SqlDatabase['write'] = (work) => database.write((trx) => work(trx.withPlugin(meddler)));
    expect(await prune({ ...database, write })).toEqual([1]);
    expect(await adding.promise).toBe(false);
    expect(await rowsOf('old')).toEqual(['sb_pruned']);
    expect((await tasker.unassigned(10)).alerts).toEqual([]);
  });

  test('a conversation that is loaded while its old tasks are deleted is loaded whole', async () => {
    const { database, keep } = await start();
    await keep('U1', [closed('old', 91), taskOf('open')]);
    let pruned = false;
    const meddler: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        if (!pruned) {
          pruned = true;
          await prune((await start()).database);
        }
        return result;
      },
    };
    const { conversation } = await createSqlTasker({ ...database, db: database.db.withPlugin(meddler) }).load('U1');
    expect(conversation).toMatchObject({ version: 2, tasks: [taskOf('open')] });
  });

  test('what an older Securitybot has settled goes by when it happened; what it had not stays', async () => {
    const { database, rowsOf, insert } = await start();
    await insert('old', 2, NOW - 91 * DAY);
    await insert('young', 2, NOW - 89 * DAY);
    await insert('open', 0, NOW - 91 * DAY);
    await insert('asked', 1, NOW - 91 * DAY);
    expect(await countPrunable(database, BEFORE)).toBe(1);
    expect(await prune(database)).toEqual([1]);
    expect(await rowsOf('old')).toEqual(['sb_pruned']);
    for (const name of ['young', 'open', 'asked']) expect(await rowsOf(name)).toEqual(TABLES.slice(0, 3));
  });

  test('many go some hundreds at a time, however many of them stay', async () => {
    const { database } = await start();
    const rows = Array.from({ length: 1300 }, (_, n) => ({ hash: hexToHash(idOf(`${n}`)), closed_at: n % 7 }));
    const insert = <T extends keyof Schema>(table: T, values: readonly object[]) =>
      database.db
        .insertInto(table)
        .values(values as never)
        .execute();
    for (let from = 0; from < rows.length; from += 500) {
      const some = rows.slice(from, from + 500).map((row) => ({ ...row, state: 'closed', person: 'stuck' }));
      await insert('sb_tasks', some);
    }
    // The first 600 of them are in a conversation that cannot be read.
    await insert('sb_conversations', [{ person: 'stuck', version: 1, data: '{' }]);
    const free = rows.slice(600).map(({ hash }) => hash);
    await database.db.updateTable('sb_tasks').set({ person: null }).where('hash', 'in', free).execute();
    const batches = await prune(database);
    expect(batches).toHaveLength(3);
    expect(batches.reduce((sum, count) => sum + count)).toBe(700);
    const [left] = await database.db.selectFrom('sb_tasks').select(sql<number>`count(*)`.as('count')).execute();
    expect(left?.count).toBe(600);
  });

  test('a database that is closed is unavailable', async () => {
    const { database } = await start();
    await database.close();
    const unavailable = { code: 'UNAVAILABLE', message: expect.stringMatching(/^tasker-sql: deleting old alerts/) };
    await expect(countPrunable(database, BEFORE)).rejects.toMatchObject(unavailable);
    await expect(prune(database)).rejects.toMatchObject(unavailable);
  });
});
