import { type Kysely, type RawBuilder, sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase, type SqlDatabase } from './database.js';
import { isMysqlFamily } from './engine.js';
import { toPluginError } from './errors.js';
import { createLine } from './fixtures/line.js';
import { migrate } from './migrations/migrate.js';
import { assertWritable } from './queries/assert-writable.js';
import type { Schema } from './schema.js';
import { forEachServer } from './testing.js';

/** A statement that takes so many seconds. */
const sleep = ({ engine }: SqlDatabase, seconds: number) =>
  isMysqlFamily(engine)
    ? sql`select 1 from (select 1 as one) as t where sleep(${seconds}) = 0`
    : sql`select pg_sleep(${seconds})`;

/** From now on this connection's server takes no writes, as far as the connection can tell. */
const readOnly = ({ engine }: SqlDatabase) =>
  isMysqlFamily(engine) ? sql`set session transaction read only` : sql`set session default_transaction_read_only = on`;

const asPluginError = (error: unknown) => toPluginError(error, 'sql: reading');

await forEachServer(({ create, open }) => {
  async function openAt(url: string): Promise<SqlDatabase> {
    const database = await openDatabase(url);
    onTestFinished(() => database.close());
    return database;
  }
  /** A migrated database, and the way to it. */
  async function openByLine(options = '') {
    const url = await create();
    await migrate(await openAt(url));
    const line = await createLine(`${url}${options}`);
    const database = await openAt(line.url);
    onTestFinished(() => line.close());
    return { database, line };
  }
  const optOut = (database: SqlDatabase, ldap: string) =>
    database.write((trx) => trx.insertInto('blacklist').values({ ldap }).execute());
  const optOuts = async ({ db }: SqlDatabase) =>
    (await db.selectFrom('blacklist').select('ldap').orderBy('ldap').execute()).map(({ ldap }) => ldap);

  test('a statement that takes longer than the URL allows is stopped, and said to be too slow', async () => {
    const database = await openAt(`${await create()}?timeout=300ms&pool=1`);
    const failure = await sleep(database, 20).execute(database.db).catch(asPluginError);
    expect(failure).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('It took longer than the database URL allows'),
    });
    expect(await database.now()).toBeInstanceOf(Date);
  });

  test('changes of the schema may take as long as they need', async () => {
    const database = await openAt(`${await create()}?timeout=100ms&pool=1`);
    await database.unhurried((own) => sleep(own, 0.5).execute(own.db));
    expect(await database.now()).toBeInstanceOf(Date);
  });

  test('a process has no more connections than the URL says', async () => {
    const database = await openAt(`${await create()}?pool=2`);
    const both = Promise.withResolvers<void>();
    let busy = 0;
    let most = 0;
    const work = () =>
      database.write(async (trx) => {
        busy += 1;
        most = Math.max(most, busy);
        if (busy === 2) both.resolve();
        await both.promise;
        await sql`select 1`.execute(trx);
        busy -= 1;
      });
    await Promise.all(Array.from({ length: 8 }, work));
    expect(most).toBe(2);
  });

  test('whoever waits for a lock in vain tries again', async () => {
    const [ours, theirs] = await Promise.all([open(), open()]);
    await optOut(theirs, 'ann');
    const patience = isMysqlFamily(ours.engine)
      ? sql`set session innodb_lock_wait_timeout = 1`
      : sql`set local lock_timeout = '50ms'`;
    let attempts = 0;
    const held = Promise.withResolvers<void>();
    const waited = Promise.withResolvers<void>();
    const holding = theirs.write(async (trx) => {
      await trx.updateTable('blacklist').set({ ldap: 'bob' }).execute();
      held.resolve();
      await waited.promise;
    });
    await held.promise;
    await ours.write(async (trx) => {
      attempts += 1;
      if (attempts === 2) waited.resolve();
      await patience.execute(trx);
      await trx.updateTable('blacklist').set({ ldap: 'carol' }).execute();
    });
    await holding;
    expect(attempts).toBeGreaterThanOrEqual(2);
    expect(await optOuts(ours)).toEqual(['carol']);
  });

  test('a transaction that cannot be put in order with others runs again', async () => {
    const database = await open();
    const conflict = isMysqlFamily(database.engine)
      ? sql`begin not atomic signal sqlstate '40001' set mysql_errno = 1213; end`
      : sql`do $$ begin raise exception 'no order' using errcode = '40001'; end $$`;
    let attempts = 0;
    await database.write(async (trx) => {
      attempts += 1;
      await trx.insertInto('blacklist').values({ ldap: 'ann' }).execute();
      if (attempts < 3) await conflict.execute(trx);
    });
    expect(attempts).toBe(3);
    expect(await optOuts(database)).toEqual(['ann']);
  });

  test('connections that are cut amid a transaction are replaced, and it counts once', async () => {
    const { database, line } = await openByLine();
    let attempts = 0;
    await database.write(async (trx) => {
      attempts += 1;
      await trx.insertInto('blacklist').values({ ldap: 'ann' }).execute();
      if (attempts === 1) line.cut();
      await trx.insertInto('blacklist').values({ ldap: 'bob' }).execute();
    });
    expect(attempts).toBe(2);
    expect(await optOuts(database)).toEqual(['ann', 'bob']);
  });

  test('a connection that is lost before its session is set up leaves its place to another', async () => {
    const { database, line } = await openByLine('?pool=1');
    for (let round = 0; round < 2; round += 1) {
      line.cut();
      line.cutAt('_timeout'); // what every session begins with
      await optOut(database, `person ${round}`);
    }
    expect(await optOuts(database)).toEqual(['person 0', 'person 1']);
  });

  test('a server that takes no writes any more is left, by every connection there is', async () => {
    const database = await openAt(`${await create()}?pool=3`);
    await migrate(database);
    const id = isMysqlFamily(database.engine)
      ? sql<{ id: number }>`select connection_id() as id`
      : sql<{ id: number }>`select pg_backend_pid() as id`;
    /** Does something on all connections at once. @returns their ids. */
    const onEach = async (work?: RawBuilder<unknown>) => {
      const all = Promise.withResolvers<void>();
      let held = 0;
      const hold = (own: Kysely<Schema>) => {
        held += 1;
        if (held === 3) all.resolve();
        return all.promise.then(() => work?.execute(own)).then(() => id.execute(own));
      };
      const found = await Promise.all([1, 2, 3].map(() => database.db.connection().execute(hold)));
      return found.map(({ rows }) => rows[0]?.id);
    };
    const old = await onEach(readOnly(database));

    await optOut(database, 'ann');

    expect(await optOuts(database)).toEqual(['ann']);
    const now = await onEach();
    expect(old.filter((one) => now.includes(one))).toEqual([]);
  });

  test('a write that changes nothing tells whether others would be taken', async () => {
    const database = await openAt(`${await create()}?pool=1`);
    await migrate(database);
    await assertWritable(database);
    await readOnly(database).execute(database.db);
    await expect(assertWritable(database)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      notSent: true,
      message: expect.stringContaining('The server takes no writes'),
    });
    await assertWritable(database); // by another connection
  });

  test('a server that is gone is said to be unavailable, nothing was done; when it is back, everything goes on', async () => {
    const { database, line } = await openByLine();
    await optOut(database, 'ann');
    await line.refuse();
    expect(await optOut(database, 'bob').catch(asPluginError)).toMatchObject({ code: 'UNAVAILABLE', notSent: true });
    expect(await database.now().catch(asPluginError)).toMatchObject({ code: 'UNAVAILABLE', notSent: true });
    await expect(openDatabase(line.url)).rejects.toMatchObject({ code: 'UNAVAILABLE', notSent: true });

    await line.restore();

    await optOut(database, 'bob');
    expect(await optOuts(database)).toEqual(['ann', 'bob']);
  });

  test('a server that falls silent is given up some time after the time-out; when it is back, everything goes on', async () => {
    const { database, line } = await openByLine('?timeout=500ms&pool=2');
    await Promise.all([optOut(database, 'ann'), optOut(database, 'bob')]);
    line.swallow();
    const silent = [database.now(), database.now()].map((call) => call.catch(asPluginError));
    for (const failure of await Promise.all(silent)) {
      expect(failure).toMatchObject({ code: 'UNAVAILABLE', notSent: false });
      expect(String(failure)).toContain('no answer within 1000 ms');
    }

    await line.restore();

    await optOut(database, 'carol');
    expect(await optOuts(database)).toEqual(['ann', 'bob', 'carol']);
  });
});
