import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { insertIfAbsent, upsert } from './insert.js';
import { forEachEngine } from './testing.js';

await forEachEngine(({ open }) => {
  const hash = Buffer.alloc(32, 1);

  test('a row is inserted once, also within a transaction', async () => {
    const { engine, db, write } = await open();
    const insert = (status: number) => write((trx) => insertIfAbsent(engine, trx, 'alert_status', [{ hash, status }]));

    expect(await insert(0)).toBe(true);
    expect(await insert(0)).toBe(false);
    expect(await insert(2)).toBe(false);
    expect(await db.selectFrom('alert_status').select('status').execute()).toEqual([{ status: 0 }]);
  });

  test('of many who insert the same row at once, one does', async () => {
    const databases = await Promise.all([open(), open(), open(), open()]);
    const done = await Promise.all(
      databases.flatMap(({ engine, write }) =>
        [1, 2, 3].map(() => write((trx) => insertIfAbsent(engine, trx, 'alert_status', [{ hash, status: 0 }]))),
      ),
    );

    expect(done.filter((inserted) => inserted)).toHaveLength(1);
  });

  test('other errors than a duplicate are errors', async () => {
    const { engine, db } = await open();
    const row = { hash, status: null as unknown as number };
    await expect(insertIfAbsent(engine, db, 'alert_status', [row])).rejects.toThrow(/null/i);
  });

  test('an upsert sets what is not the key', async () => {
    const { engine, db } = await open();
    const row = { ldap: 'ann', title: 'sudo', reason: 'first', until: '2016-05-04 03:02:01' };
    await upsert(engine, db, 'ignored', ['ldap', 'title'], [row]);
    await upsert(
      engine,
      db,
      'ignored',
      ['ldap', 'title'],
      [
        { ...row, reason: null },
        { ...row, title: 'su' },
      ],
    );

    expect(await db.selectFrom('ignored').selectAll().orderBy('title').execute()).toEqual([
      { ...row, title: 'su' },
      { ...row, reason: null },
    ]);
  });

  test('upserts of any number of rows write each, of whatever number were written before', async () => {
    const { engine, db } = await open();
    const titles = Array.from({ length: 130 }, (_, n) => `title ${String(n).padStart(3, '0')}`);
    const rowsOf = (count: number, reason: string) =>
      titles.slice(0, count).map((title) => ({ ldap: 'ann', title, reason, until: null }));
    for (const count of [1, 5, 7, 100, 130, 7])
      await upsert(engine, db, 'ignored', ['ldap', 'title'], rowsOf(count, `of ${count}`));

    const stored = await db.selectFrom('ignored').selectAll().orderBy('title').execute();
    expect(stored).toEqual([...rowsOf(7, 'of 7'), ...rowsOf(130, 'of 130').slice(7)]);
  });

  test('one long row among many short ones goes into a packet as one', async () => {
    const { engine, db } = await open();
    const rows = Array.from({ length: 81 }, (_, n) => ({
      person: `U${String(n).padStart(3, '0')}`,
      version: 1,
      data: n === 80 ? 'x'.repeat(900_000) : '{}',
    }));
    await upsert(engine, db, 'sb_conversations', ['person'], rows); // 16 MB are the least that servers come with
    const stored = await db.selectFrom('sb_conversations').select(['person', 'version', 'data']).execute();
    expect(stored).toHaveLength(rows.length);
    expect(stored.find(({ person }) => person === 'U080')).toEqual(rows[80]);
  });

  test('upserts of the same rows that set other columns, or take what is stored into account, do not mix', async () => {
    const { engine, db } = await open();
    const row = (reason: string, until: string | null) => ({ ldap: 'ann', title: 'sudo', reason, until });
    const key = ['ldap', 'title'] as const;
    await upsert(engine, db, 'ignored', key, [row('first', null)]);
    await upsert(engine, db, 'ignored', key, [row('second', '2016-05-04 03:02:01')], { columns: ['until'] });
    expect(await db.selectFrom('ignored').selectAll().execute()).toEqual([row('first', '2016-05-04 03:02:01')]);
    await upsert(engine, db, 'ignored', key, [row('third', null)], {
      resolve: (stored, incoming) => sql`coalesce(${incoming}, ${stored})`,
    });
    expect(await db.selectFrom('ignored').selectAll().execute()).toEqual([row('third', '2016-05-04 03:02:01')]);
    await upsert(engine, db, 'ignored', key, [row('fourth', null)]);
    expect(await db.selectFrom('ignored').selectAll().execute()).toEqual([row('fourth', null)]);
  });
});
