import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.js';
import { isMysqlFamily } from '../engine.js';
import { forEachEngine } from '../testing.js';
import { migrate, planMigration } from './migrate.js';
import { STEPS } from './steps.js';

const SEED = {
  alerts: ['hash', 'ldap', 'title', 'description', 'reason', 'url', 'event_time'],
  alert_status: ['hash', 'status'],
  user_responses: ['hash', 'comment', 'performed', 'authenticated'],
  ignored: ['ldap', 'title', 'reason', 'until'],
  blacklist: ['ldap'],
};

await forEachEngine(({ create }) => {
  test('an empty database gets the tables of the seed, and ours', async () => {
    const database = await openDatabase(await create());
    const log: string[] = [];
    const plan = await planMigration(database);
    const done = await migrate(database, { log: (line) => log.push(line) });

    expect(done).toEqual(plan);
    expect(log).toEqual(done.map(({ text }) => `migrated: ${text}`));
    const tables = await database.db.introspection.getTables();
    for (const [name, columns] of Object.entries(SEED)) {
      expect(tables.find((table) => table.name === name)?.columns.map((column) => column.name)).toEqual(columns);
    }
    await database.close();
  });

  test('INSERTs without a list of columns fit the tables of the seed', async () => {
    const database = await openDatabase(await create());
    await migrate(database);
    const bool = database.engine === 'postgres' ? sql`false` : sql`0`;
    const hash = Buffer.alloc(32, 7);
    const inserts = [
      sql`insert into alerts values (${hash}, 'ann', 'sudo', 'text', 'reason', 'https://x', '2016-05-04 03:02:01')`,
      sql`insert into user_responses values (${hash}, '', ${bool}, ${bool})`,
      sql`insert into alert_status values (${hash}, 0)`,
      sql`insert into ignored values ('ann', 'sudo', 'busy', '2016-05-04 03:02:01')`,
      sql`insert into blacklist values ('ann')`,
    ];
    for (const insert of inserts) await insert.execute(database.db);

    expect(await database.db.selectFrom('alerts').selectAll().executeTakeFirst()).toMatchObject({
      ldap: 'ann',
      event_time: '2016-05-04 03:02:01',
    });
    expect(await database.db.selectFrom('user_responses').selectAll().executeTakeFirst()).toMatchObject({
      performed: 0,
      authenticated: 0,
    });
    await database.close();
  });

  test('migrating again does nothing', async () => {
    const database = await openDatabase(await create());
    await migrate(database);

    expect(await planMigration(database)).toEqual([]);
    expect(await migrate(database)).toEqual([]);
    await database.close();
  });

  test('of ten processes that migrate at once, each step is done by one', async () => {
    const url = await create();
    const databases = await Promise.all(Array.from({ length: 10 }, () => openDatabase(url, { poolSize: 2 })));
    const plans = await Promise.all(databases.map(planMigration));
    const done = await Promise.all(databases.map((database) => migrate(database)));

    expect(done.flat()).toEqual(plans[0]);
    await Promise.all(databases.map((database) => database.close()));
  });

  test.each([1, 5, 6, 9, 10, 16])('killed at step %i, it goes on', async (id) => {
    const url = await create();
    const database = await openDatabase(url);
    await migrate(database);
    // As it looks when the process died between the statement and the note of it, and when it died before both.
    await database.db.deleteFrom('sb_migrations').where('id', '>=', id).execute();
    const later = STEPS.find((step) => step.id > id && step.creates && step.creates.index === undefined)?.creates;
    if (later) await sql`drop table ${sql.table(later.table)}`.execute(database.db);

    await migrate(database);
    const tables = (await database.db.introspection.getTables()).map((table) => table.name);
    expect(tables).toEqual(expect.arrayContaining(STEPS.flatMap((step) => step.creates?.table ?? [])));
    expect(await planMigration(database)).toEqual([]);
    await database.close();
  });

  test('a database from before a column was added, or amid the adding, is upgraded', async () => {
    const database = await openDatabase(await create());
    await migrate(database);
    const on = isMysqlFamily(database.engine) ? sql` on sb_tasks` : sql``;
    await sql`drop index sb_tasks_changed_at${on}`.execute(database.db);
    await sql`alter table sb_tasks drop column changed_at`.execute(database.db);
    await database.db.deleteFrom('sb_migrations').where('name', 'like', '%sb_tasks%changed_at').execute();

    const done = await migrate(database);
    expect(done.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^add the column changed_at to sb_tasks/),
      expect.stringMatching(/^create the index sb_tasks_changed_at/),
    ]);
    await database.close();
  });

  test('a schema newer than the code is refused', async () => {
    const database = await openDatabase(await create());
    await migrate(database);
    await database.db.insertInto('sb_migrations').values({ id: 900, name: 'table sb_future', done_at: 0 }).execute();

    const message = /newer Securitybot \(step 900, table sb_future\)/;
    await expect(migrate(database)).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringMatching(message),
    });
    await expect(planMigration(database)).rejects.toMatchObject({ code: 'REJECTED' });
    await database.close();
  });

  test("somebody else's table of the same name is refused, untouched", async () => {
    const database = await openDatabase(await create());
    await sql`create table alerts (id integer, note varchar(20))`.execute(database.db);

    await expect(migrate(database)).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('a table alerts without the column hash, ldap'),
    });
    expect((await database.db.introspection.getTables()).map((table) => table.name)).toEqual(['alerts']);
    await database.close();
  });
});
