import { randomBytes } from 'node:crypto';
import { hexToHash, migrate, openDatabase, type SqlDatabase, toSqlTime } from '@securitybot/sql';
import { sql } from 'kysely';
import type { PlannedAlert } from './plan.ts';

export type ServerName = 'mysql' | 'postgres';

const SERVERS: Readonly<Record<ServerName, string>> = {
  mysql: process.env.SECURITYBOT_TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/',
  postgres: process.env.SECURITYBOT_TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
};

/** A database of this run's own, and what an operator, or a mishap, does to it. */
export interface ChaosDatabase {
  readonly url: string;
  /** Past all trouble: what detectors write and the checker reads. */
  readonly database: SqlDatabase;
  /** Ends every connection to it but our own. */
  killConnections(): Promise<void>;
  /** What the next version's migration may do while this one runs. */
  addColumn(): Promise<void>;
  drop(): Promise<void>;
}

/** A database with our tables. */
export async function createDatabase(server: ServerName): Promise<ChaosDatabase> {
  const admin = await openDatabase(SERVERS[server], { poolSize: 1 });
  const name = `securitybot_chaos_${randomBytes(4).toString('hex')}`;
  await sql.raw(`create database ${name}`).execute(admin.db);
  const url = new URL(SERVERS[server]);
  url.pathname = `/${name}`;
  const first = await openDatabase(url.href);
  await migrate(first);
  await first.close();
  const database = await openDatabase(url.href, { poolSize: 1 }); // so that it is known which one is our own

  async function killConnections(): Promise<void> {
    if (server === 'postgres') {
      const own = await sql<{ id: number }>`select pg_backend_pid() as id`.execute(database.db);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = ${name} and pid <> ${own.rows[0]?.id}`.execute(admin.db);
      return;
    }
    const own = await sql<{ id: number }>`select connection_id() as id`.execute(database.db);
    const { rows } = await sql<{ id: number }>`select id from information_schema.processlist
      where db = ${name} and id <> ${own.rows[0]?.id}`.execute(admin.db);
    for (const { id } of rows)
      await sql
        .raw(`kill ${id}`)
        .execute(admin.db)
        .catch(() => {}); // it may be gone already
  }

  return {
    url: url.href,
    database,
    killConnections,
    addColumn: async () =>
      void (await sql.raw('alter table sb_tasks add column next_version text').execute(database.db)),
    async drop() {
      await database.close();
      await sql.raw(`drop database ${name}${server === 'postgres' ? ' with (force)' : ''}`).execute(admin.db);
      await admin.close();
    },
  };
}

/** Why there is no such server to test on; `undefined`: there is. */
export async function missing(server: ServerName): Promise<string | undefined> {
  try {
    const database = await openDatabase(SERVERS[server], { poolSize: 1 });
    await database.close();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** An alert as detectors write it: three statements, each a commit. */
export async function writeAlert({ db }: SqlDatabase, alert: PlannedAlert): Promise<void> {
  const hash = hexToHash(alert.id);
  await db
    .insertInto('alerts')
    .values({
      hash,
      ldap: alert.login,
      title: alert.title,
      description: `seen ${alert.mark}`,
      reason: '<!channel> & *bold*',
      url: 'https://siem.example/1',
      event_time: toSqlTime(Date.now()),
    })
    .execute();
  await db.insertInto('user_responses').values({ hash, comment: '', performed: false, authenticated: false }).execute();
  await db.insertInto('alert_status').values({ hash, status: 0 }).execute();
}

/** How many of all alerts are closed. */
export async function countClosed({ db }: SqlDatabase): Promise<number> {
  const { count } = await db
    .selectFrom('alert_status')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('status', '=', 2)
    .executeTakeFirstOrThrow();
  return Number(count);
}
