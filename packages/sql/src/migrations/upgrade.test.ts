import { type RawBuilder, sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.js';
import { isMysqlFamily } from '../engine.js';
import { makeOriginal } from '../fixtures/original.js';
import { readAlert } from '../queries/read-alert.js';
import { forEachEngine } from '../testing.js';
import { migrate, planMigration } from './migrate.js';

const TABLES = ['alerts', 'alert_status', 'user_responses', 'ignored', 'blacklist'] as const;

function hashOf(n: number): Buffer {
  const hash = Buffer.alloc(32, n);
  hash.writeUInt32BE(n);
  return hash;
}

async function insertAlert({ db }: SqlDatabase, n: number, words = 'tat es'): Promise<void> {
  const row = [hashOf(n), 'Ann', 'sudo', words, `${words}\n"quoted" \\ back`, 'https://example.com/?a=1&b=2'];
  await sql`insert into alerts values (${sql.join(row)}, ${'2016-05-04 03:02:01'})`.execute(db);
}
async function insertResponse({ db }: SqlDatabase, n: number, comment: string, performed: boolean): Promise<void> {
  await sql`insert into user_responses values (${hashOf(n)}, ${comment}, ${sql.lit(performed)}, false)`.execute(db);
}
async function insertStatus({ db }: SqlDatabase, n: number, status: number): Promise<void> {
  await sql`insert into alert_status values (${hashOf(n)}, ${status})`.execute(db);
}

/** A database with rows in every state: two open, one in progress, three done, halves of two, mutes, an opt-out. */
async function fill(database: SqlDatabase, words: string): Promise<void> {
  const done = [
    [4, words, true],
    [5, 'invalid user', false],
    [6, '', false],
  ] as const;
  for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) await insertAlert(database, n, words);
  for (const n of [1, 2, 3]) await insertResponse(database, n, '', false);
  for (const [n, comment, performed] of done) await insertResponse(database, n, comment, performed);
  await insertResponse(database, 7, '', false); // its status never came
  for (const n of [1, 2]) await insertStatus(database, n, 0);
  await insertStatus(database, 3, 1);
  for (const n of [4, 5, 6]) await insertStatus(database, n, 2);
  await sql`insert into ignored values ('Ann', ${words}, ${words}, '2016-05-05 03:02:01'), ('bob ', 'su', '', '2038-01-19 03:14:07')`.execute(
    database.db,
  );
  await sql`insert into blacklist values ('Carol')`.execute(database.db);
}

/** Every row of the seed's tables, bytes as hex where the server can say so. */
async function dump({ engine, db }: SqlDatabase): Promise<unknown> {
  const rows: Record<string, unknown> = {};
  for (const table of TABLES) {
    const tables = await db.introspection.getTables();
    const columns = tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
    const parts: RawBuilder<unknown>[] = columns.map((column) =>
      isMysqlFamily(engine) ? sql`hex(${sql.ref(column)}) as ${sql.ref(column)}` : sql.ref(column),
    );
    rows[table] = (await sql`select ${sql.join(parts)} from ${sql.table(table)} order by 1`.execute(db)).rows;
  }
  return rows;
}

await forEachEngine(({ name, create }) => {
  async function existing(words: string, options?: string): Promise<{ database: SqlDatabase; url: string }> {
    const url = await create();
    const maker = await openDatabase(url);
    await makeOriginal(maker, options);
    await maker.close();
    const database = await openDatabase(url); // opened anew: what the columns hold is read then
    await fill(database, words);
    return { database, url };
  }

  test('the plan says what it found, and what it would add', async () => {
    const { database } = await existing('tat es');
    const plan = await planMigration(database);
    expect(plan.filter(({ kind }) => kind === 'found').map(({ text }) => text)).toEqual([
      "found Securitybot's tables alerts, alert_status, user_responses, ignored, blacklist: they are used as they are, every row stays",
      'found 8 alerts: 2 open, 1 in progress, 3 with the security team or done, 2 written by half',
      'found 2 mutes and 1 opt-out',
    ]);
    const changes = plan.filter(({ kind }) => kind === 'change').map(({ text }) => text);
    expect(changes[0]).toMatch(/^create the table sb_tasks: /);
    expect(changes.join()).toContain('create the index sb_alert_status_status on alert_status (status)');
    await database.close();
  });

  test('every row of an existing database stays as it was, under the plan and the migration', async () => {
    const { database } = await existing('tat es');
    const before = await dump(database);
    const plan = await planMigration(database);
    expect(await dump(database)).toEqual(before);
    expect((await database.db.introspection.getTables()).length).toBe(TABLES.length);

    const changes = await migrate(database);
    expect(changes).toEqual(plan.filter(({ kind }) => kind === 'change'));
    // But for the one that was in progress: nobody else would take it up again.
    const status = await database.db
      .selectFrom('alert_status')
      .select('status')
      .where('hash', '=', hashOf(3))
      .execute();
    expect(status.map((row) => row.status)).toEqual([0]);
    await database.db.updateTable('alert_status').set({ status: 1 }).where('hash', '=', hashOf(3)).execute();
    expect(await dump(database)).toEqual(before);
    expect(await readAlert(database, hashOf(4).toString('hex'))).toMatchObject({
      alert: { username: 'Ann', eventTime: Date.UTC(2016, 4, 4, 3, 2, 1) },
      status: 2,
      response: { comment: 'tat es', performed: true, authenticated: false },
    });
    await database.close();
  });

  test('detectors write on while it is upgraded', async () => {
    const { database, url } = await existing('tat es');
    const writer = await openDatabase(url);
    let writing = true;
    let written = 0;
    const detector = (async () => {
      for (let n = 20; writing; n++) {
        await insertAlert(writer, n);
        await insertResponse(writer, n, '', false);
        await insertStatus(writer, n, 0);
        written += 1;
      }
    })();
    await expect.poll(() => written).toBeGreaterThan(2);
    await migrate(database);
    const during = written;
    await expect.poll(() => written).toBeGreaterThan(during + 2);
    writing = false;
    await detector;
    const [row] = await database.db.selectFrom('alert_status').select(sql<number>`count(*)`.as('n')).execute();
    expect(row?.n).toBe(written + 6);
    await Promise.all([database.close(), writer.close()]);
  });

  // The original knew MySQL only.
  if (name !== 'MySQL') return;
  describe('made by the original', () => {
    test.each([
      ['latin1, compact', ' row_format=compact default charset=latin1', 'Größe €'],
      ['utf8mb4', ' default charset=utf8mb4', '🦊 жук'],
    ])('%s tables', async (_, options, words) => {
      const { database } = await existing(words, options);
      const before = await dump(database);
      const plan = await planMigration(database);
      await migrate(database);
      await database.db.updateTable('alert_status').set({ status: 1 }).where('hash', '=', hashOf(3)).execute();
      expect(await dump(database)).toEqual(before);
      const story = await readAlert(database, hashOf(4).toString('hex'));
      expect(story?.alert).toMatchObject({ description: words, reason: `${words}\n"quoted" \\ back` });

      const narrow = plan.some(({ text }) => text.includes('alerts (latin1)'));
      expect(narrow).toBe(options.includes('latin1'));
      const comment = database.fit('user_responses.comment', 'ja 👍 „Größe“ жук');
      expect(comment).toBe(narrow ? 'ja ? „Größe“ ???' : 'ja 👍 „Größe“ жук');
      await database.db.updateTable('user_responses').set({ comment }).where('hash', '=', hashOf(1)).execute();
      expect((await readAlert(database, hashOf(1).toString('hex')))?.response?.comment).toBe(comment);
      const task = { hash: hashOf(1), data: JSON.stringify('ja 👍 жук') };
      await database.db.insertInto('sb_tasks').values(task).execute();
      expect(await database.db.selectFrom('sb_tasks').select('data').execute()).toEqual([{ data: task.data }]);
      await database.close();
    });

    test('tables without transactions are refused, with the way out', async () => {
      const database = await openDatabase(await create());
      await sql`create table blacklist (ldap varchar(255) primary key) engine=MyISAM default charset=latin1`.execute(
        database.db,
      );
      await expect(migrate(database)).rejects.toMatchObject({
        code: 'REJECTED',
        message: expect.stringContaining('Run: ALTER TABLE blacklist ENGINE=InnoDB'),
      });
      await database.close();
    });
  });
});
