import { normalise } from '@securitybot/core';
import { CompiledQuery, sql } from 'kysely';
import { expect, test } from 'vitest';
import { maybeLogin, normalisedSql } from './login.js';
import { forEachEngine } from './testing.js';

await forEachEngine(({ open }) => {
  test.each([
    ['jane.doe', ['Jane.Doe', 'JANE.DOE ', '\tjane.doe', '  Jane.Doe\n', 'jane.doe\r\n']],
    ['a_b%c!d\\', ['A_B%C!D\\', ' a_b%c!d\\']],
    ['éva', ['éva', 'ÉVA', 'Éva ']],
    ["o'hara", ["O'Hara"]],
  ])('%s is found however somebody wrote it', async (login, written) => {
    const { db, engine } = await open();
    const others = ['janet', 'jan', 'a1b2c3d', 'a_b%c', 'eva', 'ohara', '', "'"];
    for (const [i, ldap] of [...written, ...others].entries()) {
      await db
        .insertInto('ignored')
        .values({ ldap, title: String(i) })
        .execute();
    }
    const rows = await db.selectFrom('ignored').select('ldap').where(maybeLogin(engine, login)).execute();
    const found = rows.map(({ ldap }) => ldap).filter((ldap) => normalise(ldap) === login);
    expect(found.sort()).toEqual(written.sort());
  });

  test('several are found at once', async () => {
    const { db, engine } = await open();
    for (const ldap of ['Ann', ' ann', 'BOB', 'eve'])
      await db.insertInto('ignored').values({ ldap, title: 'sudo' }).execute();
    const rows = await db
      .selectFrom('ignored')
      .select('ldap')
      .where(maybeLogin(engine, 'ann', 'bob'))
      .execute();
    expect(rows.map(({ ldap }) => ldap).sort()).toEqual([' ann', 'Ann', 'BOB']);
  });

  test('a look-up reads few rows of many, by an index', async () => {
    const { db, engine, write } = await open();
    await write(async (trx) => {
      for (let n = 0; n < 40; n++) {
        const rows = Array.from({ length: 50 }, (_, i) => ({ ldap: `user${n * 50 + i}`, title: 'sudo' }));
        await trx.insertInto('ignored').values(rows).execute();
      }
    });
    const query = db.selectFrom('ignored').select('ldap').where(maybeLogin(engine, 'user77'));
    expect((await query.execute()).length).toBeLessThan(20);

    if (engine === 'postgres') await sql`analyze ignored`.execute(db);
    const { sql: statement, parameters } = query.compile();
    const explain = `explain ${engine === 'sqlite' ? 'query plan ' : ''}${statement}`;
    const { rows } = await db.executeQuery(CompiledQuery.raw(explain, [...parameters]));
    const index = { sqlite: 'sb_ignored_login', postgres: 'sb_ignored_login', mysql: 'PRIMARY', mariadb: 'PRIMARY' };
    expect(JSON.stringify(rows)).toContain(index[engine]);
    expect(JSON.stringify(rows)).not.toMatch(/Seq Scan|SCAN ignored|"type":"(ALL|index)"/);
  });

  test('in SQL, logins count once whatever their capitals and blanks', async () => {
    const { db, engine } = await open();
    const logins = ['Ann', ' ann', 'ANN\n', 'bob'];
    for (const [i, ldap] of logins.entries()) {
      await db
        .insertInto('ignored')
        .values({ ldap, title: String(i) })
        .execute();
    }
    const { rows } = await sql<{ n: number }>`
      select count(distinct ${normalisedSql(engine, 'ldap')}) as n from ignored`.execute(db);
    expect(rows[0]?.n).toBe(2);
  });
});
