import { migrate, openDatabase, type SqlDatabase } from '@securitybot/sql';

/** Opens the database, brings its schema up to date, and closes it again after the work. */
export async function withDatabase<T>(url: string, work: (database: SqlDatabase) => Promise<T>): Promise<T> {
  const database = await openDatabase(url);
  try {
    await migrate(database);
    return await work(database);
  } finally {
    await database.close();
  }
}
