import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { emptyConversation } from '@securitybot/core';
import { migrate, openDatabase, type SqlDatabase } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { type KyselyPlugin, sql } from 'kysely';
import { expect, test } from 'vitest';
import { STEPS, type Step } from './fixtures/crash-steps.js';
import { alertOf, taskOf } from './fixtures/samples.js';
import { createSqlTasker } from './tasker.js';

const FIXTURE = fileURLToPath(new URL('./fixtures/crash.mjs', import.meta.url));
const TABLES = ['alerts', 'user_responses', 'alert_status', 'sb_tasks', 'sb_conversations'] as const;

/** Everything that is stored; of when a row was written, whether it says so: the process that dies has a clock of its own. */
async function contentOf({ db }: SqlDatabase): Promise<unknown> {
  const tables: Record<string, unknown> = {};
  for (const table of TABLES) {
    const key = sql.ref(table === 'sb_conversations' ? 'person' : 'hash');
    const rows: object[] = await db.selectFrom(table).selectAll().orderBy(key).execute();
    tables[table] = rows.map((row) => ('changed_at' in row ? { ...row, changed_at: row.changed_at !== null } : row));
  }
  return tables;
}

/** The database before a step, again and again, and what it should be after it. */
async function stage(database: SqlDatabase, step: Step) {
  const tasker = createSqlTasker(database);
  const prepare = async () => {
    for (const table of TABLES) await database.db.deleteFrom(table).execute();
    await tasker.add(alertOf('seen'));
    await tasker.unassigned(10);
    await tasker.save({ ...emptyConversation('U1'), tasks: [taskOf('open')] });
  };
  await prepare();
  const before = await contentOf(database);
  await STEPS[step](tasker);
  const after = await contentOf(database);
  expect(after).not.toEqual(before);
  return { prepare, before, after, again: () => STEPS[step](tasker) };
}

/** Runs a step in a process that kills itself after its n-th statement. @returns whether it came to its end. */
async function runAndDie(url: string, n: number, step: Step): Promise<boolean> {
  const child = spawn(process.execPath, [FIXTURE, url, String(n), step], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code, signal] = await once(child, 'exit');
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`The process ended with ${code ?? signal}`);
  return code === 0;
}

/** A database whose connection the server ends after the n-th statement of a transaction, once. */
function severed(
  database: SqlDatabase,
  other: SqlDatabase,
  n: number,
): SqlDatabase & { readonly wasCut: () => boolean } {
  let left = n;
  return {
    ...database,
    wasCut: () => left <= 0,
    write: (work) =>
      database.write(async (trx) => {
        const [id, kill] =
          database.engine === 'postgres'
            ? [sql<{ id: number }>`select pg_backend_pid() as id`, 'select pg_terminate_backend(%)']
            : [sql<{ id: number }>`select connection_id() as id`, 'kill %'];
        const connection = (await id.execute(trx)).rows[0]?.id;
        const cutter: KyselyPlugin = {
          transformQuery: ({ node }) => node,
          async transformResult({ result }) {
            left -= 1;
            if (left === 0) await sql.raw(kill.replace('%', String(connection))).execute(other.db);
            return result;
          },
        };
        return work(trx.withPlugin(cutter));
      }),
  };
}

await forEachEngine(({ name, create, open }) => {
  // A server sees of a kill -9 what it sees of any lost connection, which the next test cuts at the same places.
  if (name === 'SQLite')
    test('kill -9 anywhere in a save leaves all of it or nothing, and the next process goes on', {
      timeout: 120_000,
    }, async () => {
      const url = await create();
      const database = await openDatabase(url, { now: () => 1_000_000 });
      await migrate(database);
      const { prepare, before, after, again } = await stage(database, 'save');
      let deaths = 0;
      for (;;) {
        await prepare();
        const done = await runAndDie(url, deaths + 1, 'save');
        expect(await contentOf(database)).toEqual(done ? after : before);
        if (done) break;
        deaths += 1;
        await again();
        expect(await contentOf(database)).toEqual(after);
      }
      expect(deaths).toBeGreaterThanOrEqual(8);
      await database.close();
    });

  if (name !== 'SQLite')
    test.for(['add', 'save'] as const)(
      'a connection cut anywhere in %s is made anew, and all is done once; cut before the COMMIT, nothing is',
      async (step) => {
        const database = await open({ now: () => 1_000_000 });
        const other = await open();
        const { prepare, before, after, again } = await stage(database, step);
        let cuts = 0;
        let failures = 0;
        for (;;) {
          await prepare();
          const cut = severed(database, other, cuts + 1);
          const error = await STEPS[step](createSqlTasker(cut)).then(
            () => undefined,
            (caught: unknown) => caught,
          );
          if (error !== undefined) {
            failures += 1;
            expect(error).toMatchObject({ name: 'PluginError', code: 'UNAVAILABLE' });
            expect(await contentOf(database)).toEqual(before);
            await again();
          }
          expect(await contentOf(database)).toEqual(after);
          if (!cut.wasCut()) break;
          cuts += 1;
        }
        expect(cuts).toBeGreaterThanOrEqual(4);
        // The last cut is between the last statement and the COMMIT: whether that happened, only the database knows.
        expect(failures).toBe(1);
      },
    );
});
