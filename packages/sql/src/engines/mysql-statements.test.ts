import { CompiledQuery, sql } from 'kysely';
import { expect, test } from 'vitest';
import type { SqlDatabase } from '../database.js';
import { forEachServer } from '../testing.js';
import { createStatements } from './mysql-statements.js';

async function statusOf({ db }: SqlDatabase, name: string): Promise<number> {
  const { rows } = await sql<{ Value: string }>`show session status like ${sql.lit(name)}`.execute(db);
  return Number(rows[0]?.Value);
}

const run = async ({ db }: SqlDatabase, text: string, values: unknown[]) =>
  (await db.executeQuery(CompiledQuery.raw(text, values))).rows;

test.each([
  [1243, 'another server, which a proxy leads to by now, does not know it'],
  [1615, 'its table was changed'],
])('a prepared statement that cannot be run (%i: %s) is run once as text', async (errno) => {
  const texts: string[] = [];
  const connection = {
    query(text: string, _: unknown, callback: (error: null, result: unknown) => void) {
      texts.push(text);
      callback(null, 'answer');
    },
    execute(_: string, __: unknown, callback: (error: unknown) => void) {
      callback({ errno });
    },
  };
  const ask = createStatements(connection as never);
  const answers = [];
  for (let n = 0; n < 6; n += 1)
    answers.push(await new Promise((resolve) => ask('select ?', [n], (error, result) => resolve(error ?? result))));
  expect(answers).toEqual(Array(6).fill('answer'));
  expect(texts).toHaveLength(6);
});

await forEachServer(({ name, open }) => {
  const openOne = () => open({ poolSize: 1 });

  test('a statement that is repeated does with its values what it did before', async () => {
    const { db } = await openOne();
    const comment = `'"\\%_ 🦊 ${'x'.repeat(20_000)}`;
    const hash = (n: number) => Buffer.from(Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + n) % 256));
    const rows = [0, 1, 2, 3, 4, 5].map((n) => ({
      hash: hash(n),
      comment: n % 2 === 0 ? comment : null,
      performed: n % 2 === 0,
      authenticated: n % 2 === 0 ? false : null,
    }));
    for (const { hash, comment, performed, authenticated } of rows) {
      await sql`insert into user_responses (hash, comment, performed, authenticated)
        values (${hash}, ${comment}, ${performed}, ${authenticated})`.execute(db);
    }
    const stored = await db.selectFrom('user_responses').selectAll().execute();
    const asStored = (flag: boolean | null) => (flag === null ? null : Number(flag));
    expect(stored).toHaveLength(rows.length);
    for (const row of rows)
      expect(stored).toContainEqual({
        ...row,
        performed: asStored(row.performed),
        authenticated: asStored(row.authenticated),
      });
  });

  if (name !== 'MySQL') return;

  test('it is prepared', async () => {
    const database = await openOne();
    for (let n = 0; n < 6; n += 1) await run(database, 'insert into blacklist (ldap) values (?)', [`somebody ${n}`]);
    expect(await statusOf(database, 'Com_stmt_prepare')).toBe(1);
    expect(await statusOf(database, 'Com_stmt_execute')).toBe(3);
  });

  test('what is read by a prepared statement is read as before: times as texts, whole numbers as numbers', async () => {
    const database = await openOne();
    const at = '2016-05-04 03:02:01';
    await run(database, 'insert into ignored (ldap, title, reason, until) values (?, ?, ?, ?)', [
      'ann',
      'sudo',
      '',
      at,
    ]);
    const largest = Number.MAX_SAFE_INTEGER;
    const text =
      'select until, cast(? as signed) as large, count(*) as count from ignored where ldap = ? group by until';
    const seen = [];
    for (let n = 0; n < 6; n += 1) seen.push(await run(database, text, [largest, 'ann']));
    expect(seen).toEqual(seen.map(() => [{ until: at, large: largest, count: 1 }]));
  });

  test('one with a LIMIT that is given is not, for it is given as no whole number', async () => {
    const database = await openOne();
    const before = await statusOf(database, 'Com_stmt_prepare');
    for (let n = 0; n < 6; n += 1) await run(database, 'select ldap from blacklist where ldap > ? limit ?', ['', 5]);
    expect(await statusOf(database, 'Com_stmt_prepare')).toBe(before);
  });

  test('where the server has no place for another one, it is run as text', async () => {
    const database = await openOne();
    const { rows } = await sql<{ most: number }>`select @@global.max_prepared_stmt_count as most`.execute(database.db);
    const most = sql.lit(Number(rows[0]?.most));
    await sql`set global max_prepared_stmt_count = 0`.execute(database.db);
    try {
      for (let n = 0; n < 6; n += 1) await run(database, 'insert into blacklist (ldap) values (?)', [`somebody ${n}`]);
    } finally {
      await sql`set global max_prepared_stmt_count = ${most}`.execute(database.db);
    }
    expect(await database.db.selectFrom('blacklist').select('ldap').execute()).toHaveLength(6);
    expect(await statusOf(database, 'Com_stmt_execute')).toBe(0);
  });

  test('a statement that fails does so as text and prepared, and nothing of it is done', async () => {
    const database = await openOne();
    const text = 'insert into blacklist (ldap) values (?), (?)';
    const failures = [];
    for (let n = 0; n < 6; n += 1)
      failures.push(await run(database, text, ['ann', 'ann']).catch((error) => error.errno));
    expect(failures).toEqual(failures.map(() => 1062));
    expect(await database.db.selectFrom('blacklist').select('ldap').execute()).toEqual([]);
  });

  test('it reads a table as it is by now: its columns, and their types', async () => {
    const database = await openOne();
    const change = (statement: string) => database.unhurried(({ db }) => sql.raw(statement).execute(db));
    await run(database, 'insert into blacklist (ldap) values (?)', ['ann']);
    const seen: unknown[] = [];
    const look = async () => {
      for (let n = 0; n < 5; n += 1)
        seen.push(...(await run(database, 'select * from blacklist where ldap = ?', ['ann'])));
    };
    await look();
    await change('alter table blacklist add column since bigint not null default 7');
    try {
      await look();
      await change('alter table blacklist modify column since varchar(9) not null');
      await look();
    } finally {
      await change('alter table blacklist drop column since');
    }
    const times = (row: object) => Array(5).fill(row);
    expect(seen).toEqual([
      ...times({ ldap: 'ann' }),
      ...times({ ldap: 'ann', since: 7 }),
      ...times({ ldap: 'ann', since: '7' }),
    ]);
  });

  test('a connection that is cut takes its statements along, and the next one begins anew', async () => {
    const database = await openOne();
    const insert = (name: string) =>
      database.write((trx) => trx.executeQuery(CompiledQuery.raw('insert into blacklist (ldap) values (?)', [name])));
    for (let n = 0; n < 6; n += 1) await insert(`before ${n}`);
    const { rows } = await sql<{ id: number }>`select connection_id() as id`.execute(database.db);
    await database.unhurried(({ db }) => sql`kill ${sql.lit(rows[0]?.id)}`.execute(db));
    for (let n = 0; n < 6; n += 1) await insert(`after ${n}`);
    expect(await database.db.selectFrom('blacklist').select('ldap').execute()).toHaveLength(12);
  });
});
