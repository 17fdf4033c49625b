import type { Tasker } from '@securitybot/core';
import { type Actor, type Change, recordedOne, type SqlDatabase, toPluginError } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { loginName } from './environment.js';

/** Whoever types commands here: on the record as the operating system knows them. */
const typist = (): Actor => ({ name: loginName(), how: 'command' });

/** Makes a change that somebody typed, on the record. @returns whether it changed anything. */
export async function changed(
  database: SqlDatabase,
  what: Change,
  about: string,
  work: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await recordedOne(database, typist(), what, about, work);
  } catch (error) {
    throw toPluginError(error, what);
  }
}

/** Raises alerts on the record. */
export function createRaiser(database: SqlDatabase): Pick<Tasker, 'add'> {
  const tasker = createSqlTasker(database);
  return { add: (alert) => changed(database, 'alert.raise', alert.id, () => tasker.add(alert)) };
}
