import { sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { toPluginError } from '../errors.js';

/**
 * Resolves where the database takes writes, by one that changes nothing. Throws a PluginError (`UNAVAILABLE`) where it does not
 * answer, or only lets read: a standby, or a fail-over half done. On a migrated database only. SQLite has one writer
 * at a time, whom this would wait for: there it is a read.
 */
export async function assertWritable({ engine, db }: SqlDatabase): Promise<void> {
  const statement =
    engine === 'sqlite'
      ? sql`select version from sb_conversations where 1 = 0`
      : sql`update sb_conversations set version = version where 1 = 0`;
  try {
    await statement.execute(db);
  } catch (error) {
    throw toPluginError(error, 'sql: trying to write');
  }
}
