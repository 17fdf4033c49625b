import { emptyConversation } from '@securitybot/core';
import { isMysqlFamily, type SqlDatabase, toSqlTime } from '@securitybot/sql';
import { CompiledQuery, type KyselyPlugin, sql } from 'kysely';
import { expect, test } from 'vitest';
import { forEachEngine } from '../../sql/src/testing.js';
import { alertOf, idOf, taskOf, waking } from './fixtures/samples.js';
import { createSqlTasker } from './tasker.js';

const ROWS = 3000;

/** A database with so much done that reading it all would not be chosen. */
async function fill({ engine, db }: SqlDatabase): Promise<void> {
  for (let from = 0; from < ROWS; from += 500) {
    const ids = Array.from({ length: 500 }, (_, n) => idOf(`${from + n}`));
    const hashes = ids.map((id) => Buffer.from(id, 'hex'));
    const text = { ldap: 'ann', title: 'sudo', description: '', reason: 'x'.repeat(200), url: '' };
    await db
      .insertInto('alerts')
      .values(hashes.map((hash, n) => ({ ...text, hash, event_time: toSqlTime(n * 1000) })))
      .execute();
    const response = { comment: '', performed: false, authenticated: false };
    await db
      .insertInto('user_responses')
      .values(hashes.map((hash) => ({ ...response, hash })))
      .execute();
    await db
      .insertInto('alert_status')
      .values(hashes.map((hash) => ({ hash, status: 2 })))
      .execute();
    await db
      .insertInto('sb_tasks')
      .values(hashes.map((hash, n) => ({ hash, person: 'U1', seen_at: from + n, data: '{}' })))
      .execute();
    await db
      .insertInto('sb_conversations')
      .values(ids.map((person, n) => ({ person, version: 1, data: '{}', due_at: 9e12 + from + n })))
      .execute();
  }
  const tables = 'alerts, user_responses, alert_status, sb_tasks, sb_conversations';
  await sql.raw(isMysqlFamily(engine) ? `analyze table ${tables}` : 'analyze').execute(db);
}

/** The same database, with a list of the statements that are run on it, BEGIN and COMMIT aside. */
function watched(database: SqlDatabase) {
  const statements: CompiledQuery[] = [];
  // Subqueries are transformed, too; what has a result was run.
  const compiled = new WeakMap<object, CompiledQuery>();
  let writes = 0;
  const watcher: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      compiled.set(queryId, database.db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    async transformResult({ queryId, result }) {
      const statement = compiled.get(queryId);
      if (statement) statements.push(statement);
      return result;
    },
  };
  const seen: SqlDatabase = {
    ...database,
    db: database.db.withPlugin(watcher),
    write: (work) => {
      writes += 1;
      return database.write((trx) => work(trx.withPlugin(watcher)));
    },
  };
  return { database: seen, statements, writes: () => writes };
}

/** How the engine would run a statement, in its own words. */
async function planOf({ engine, db }: SqlDatabase, { sql: text, parameters }: CompiledQuery): Promise<string> {
  const explain = engine === 'sqlite' ? 'explain query plan' : 'explain';
  const { rows } = await db.executeQuery(CompiledQuery.raw(`${explain} ${text}`, [...parameters]));
  return JSON.stringify(rows);
}

await forEachEngine(({ open }) => {
  test('looking for what is due, and for what is new, costs one statement by index each where there is nothing', async () => {
    const real = await open();
    await fill(real);
    const { database, statements, writes } = watched(real);
    const tasker = createSqlTasker(database);

    expect((await tasker.claim({ leaseMs: 1000, limit: 100 })).claimed).toEqual([]);
    expect((await tasker.unassigned(100)).alerts).toEqual([]);

    expect(writes()).toBe(0);
    const plans = await Promise.all(statements.map((statement) => planOf(real, statement)));
    expect(plans).toHaveLength(2);
    // MySQL and MariaDB read the smallest of an index while planning.
    expect(plans[0]).toMatch(/sb_conversations_due_at|optimized away/);
    expect(plans[1]).toContain('sb_alert_status_status');
    expect(plans[1]).toContain('sb_tasks_seen_at');
  });

  test('a claim reads what is due by the index it is ordered by', async () => {
    const real = await open();
    await fill(real);
    const { database, statements } = watched(real);
    const tasker = createSqlTasker(database);
    await tasker.save({ ...emptyConversation('U1'), ...waking(1) });
    statements.length = 0;

    expect((await tasker.claim({ leaseMs: 1000, limit: 100 })).claimed).toHaveLength(1);

    const [, due] = statements;
    if (!due) throw new Error('no second statement');
    expect(due.sql).toMatch(/order by .due_at. limit/);
    expect(await planOf(real, due)).toContain('sb_conversations_due_at');
  });

  test('round trips are few: what each call sends, BEGIN and COMMIT aside', async () => {
    const { database, statements } = watched(await open());
    const tasker = createSqlTasker(database);
    const cost = async (call: () => Promise<unknown>) => {
      statements.length = 0;
      await call();
      return statements.length;
    };
    const names = Array.from({ length: 10 }, (_, n) => `a${n}`);
    for (const name of names) await tasker.add(alertOf(name));
    const tasks = names.map((name) => taskOf(name));

    expect(await cost(() => tasker.add(alertOf('b')))).toBe(4);
    expect(await cost(() => tasker.unassigned(100))).toBe(4);
    expect(await cost(() => tasker.unassigned(100))).toBe(1);
    expect(await cost(() => tasker.save({ ...emptyConversation('U1'), ...waking(1), tasks }))).toBe(6);
    expect(await cost(() => tasker.load('U1'))).toBe(2);
    expect(await cost(() => tasker.claim({ leaseMs: 1000, limit: 10 }))).toBe(4);
    const answered = tasks.map((task) => ({ ...task, changedIn: 2 }));
    expect(await cost(() => tasker.save({ ...emptyConversation('U1'), version: 1, tasks: answered }))).toBe(3);
  });
});
