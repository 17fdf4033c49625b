import { assertWritable, migrate, openDatabase, type SqlDatabase } from '@securitybot/sql';
import type { Logger } from 'pino';

/** Opens the database and brings its schema up to date. */
async function openMigrated(url: string, log?: Logger): Promise<SqlDatabase> {
  const database = await openDatabase(url);
  try {
    const done = await migrate(database, log ? { log: (line) => log.debug(line) } : {});
    if (done.length > 0) log?.info({ steps: done.length }, 'the schema was brought up to date');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The same, for what has to write all the time. Throws a PluginError (`UNAVAILABLE`) where the database only lets read. */
export async function openWritable(url: string, log?: Logger): Promise<SqlDatabase> {
  const database = await openMigrated(url, log);
  try {
    await assertWritable(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Opens the database, brings its schema up to date, and closes it again after the work. */
export async function withDatabase<T>(url: string, work: (database: SqlDatabase) => Promise<T>): Promise<T> {
  const database = await openMigrated(url);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
