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
});
