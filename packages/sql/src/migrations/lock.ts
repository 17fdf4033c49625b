import { createHash } from 'node:crypto';
import { PluginError } from '@securitybot/core';
import { type Kysely, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import type { Schema } from '../schema.js';

const WAIT_SECONDS = 60;
/** PostgreSQL's advisory locks are numbers, and each database has its own. */
const POSTGRES_LOCK = 7_236_581_942;

/** MySQL's named locks belong to the server, not to a database, and have names of 64 characters at the most. */
async function lockName(db: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ name: string | null }>`select database() as name`.execute(db);
  return `securitybot-${createHash('sha256')
    .update(rows[0]?.name ?? '')
    .digest('hex')
    .slice(0, 40)}`;
}

/**
 * Runs the work while no other process runs any. SQLite and PostgreSQL change schemas within a transaction, so there all
 * of it happens or nothing; MySQL and MariaDB do not, so there each statement stands for itself.
 */
export async function withMigrationLock<T>(
  database: SqlDatabase,
  work: (db: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  return database.unhurried((own) => withLock(own, work));
}

async function withLock<T>(database: SqlDatabase, work: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  if (database.engine === 'sqlite') return database.write(work);
  if (database.engine === 'postgres') {
    return database.write(async (trx) => {
      await sql`select pg_advisory_xact_lock(${sql.lit(POSTGRES_LOCK)})`.execute(trx);
      return work(trx);
    });
  }
  return database.db.connection().execute(async (db) => {
    const name = await lockName(db);
    const { rows } = await sql<{ got: number | null }>`select get_lock(${name}, ${WAIT_SECONDS}) as got`.execute(db);
    if (rows[0]?.got !== 1) {
      throw new PluginError(
        'UNAVAILABLE',
        `sql: another process has been migrating this database for ${WAIT_SECONDS} s. Wait for it, then start again`,
        { notSent: true },
      );
    }
    try {
      return await work(db);
    } finally {
      // Where the connection is gone, so is the lock.
      await sql`select release_lock(${name})`.execute(db).catch(() => {});
    }
  });
}
