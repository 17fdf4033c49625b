import type { Blacklist } from '@securitybot/core';
import { type SqlDatabase, toPluginError } from '@securitybot/sql';
import { findMute, putMute, removeMute } from './mutes.js';
import { findOptOut, putOptOut, removeOptOut } from './opt-outs.js';

async function told<T>(doing: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toPluginError(error, `blacklist-sql: ${doing}`);
  }
}

/**
 * The Blacklist in the seed's tables `blacklist` (opt-outs) and `ignored` (mutes) of a database that `migrate` of
 * `@securitybot/sql` has set up. Rows that others write there count, however they spell login and title.
 */
export function createSqlBlacklist(database: SqlDatabase): Blacklist {
  return {
    name: 'sql',
    find: ({ username, title, now }) =>
      told(
        'looking up opt-outs and mutes',
        findOptOut(database, username).then((optOut) => optOut ?? findMute(database, username, title, now.getTime())),
      ),
    put: (entry) =>
      entry.title === undefined
        ? told('adding an opt-out', putOptOut(database, entry))
        : told('adding a mute', putMute(database, { ...entry, title: entry.title })),
    remove: ({ username, title }) =>
      title === undefined
        ? told('removing an opt-out', removeOptOut(database, username))
        : told('removing a mute', removeMute(database, username, title)),
  };
}
