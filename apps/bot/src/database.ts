import { migrate, openDatabase, type SqlDatabase } from '@securitybot/sql';

/** Opens the database and brings its schema up to date. `log`: told of each step. */
export async function openMigrated(url: string, log?: (line: string) => void): Promise<SqlDatabase> {
  const database = await openDatabase(url);
  try {
    await migrate(database, log ? { log } : {});
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
