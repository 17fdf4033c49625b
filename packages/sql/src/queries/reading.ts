import { toPluginError } from '../errors.js';

/** Runs a query that is told of as `sql: reading …`. Throws a PluginError where the database does not answer. */
export async function reading<T>(what: string, query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    throw toPluginError(error, `sql: reading ${what}`);
  }
}
