import type { Blacklist, BlacklistEntry } from '@securitybot/core';
import { grouped, normalise, type SqlDatabase, toPluginError } from '@securitybot/sql';
import { findMutes, type MuteEntry, type MuteQuery, putMutes, removeMute } from './mutes.js';
import { findOptOuts, putOptOut, removeOptOut } from './opt-outs.js';

async function told<T>(doing: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toPluginError(error, `blacklist-sql: ${doing}`);
  }
}

/** An opt-out before a mute. */
async function findEntries(
  database: SqlDatabase,
  queries: readonly MuteQuery[],
): Promise<readonly (BlacklistEntry | undefined)[]> {
  const optOuts = await findOptOuts(
    database,
    queries.map(({ username }) => username),
  );
  const mutes = await findMutes(database, queries);
  return queries.map((_, n) => optOuts[n] ?? mutes[n]);
}

/** Looked up, or put, together at the most; one group at a time. */
const TOGETHER = {
  most: 50,
  lanes: 1,
  keyOf: ({ username, title }: { readonly username: string; readonly title: string }) =>
    JSON.stringify([normalise(username), normalise(title)]),
};

/**
 * The Blacklist in the seed's tables `blacklist` (opt-outs) and `ignored` (mutes) of a database that `migrate` of
 * `@securitybot/sql` has set up. Rows that others write there count, however they spell login and title.
 */
export function createSqlBlacklist(database: SqlDatabase): Blacklist {
  const find = grouped(TOGETHER, (queries: readonly MuteQuery[]) => findEntries(database, queries));
  const putMute = grouped(TOGETHER, async (entries: readonly MuteEntry[]) => {
    await putMutes(database, entries);
    return entries.map(() => undefined);
  });
  return {
    name: 'sql',
    find: ({ username, title, now }) =>
      told('looking up opt-outs and mutes', find({ username, title, now: now.getTime() })),
    put: (entry) =>
      entry.title === undefined
        ? told('adding an opt-out', putOptOut(database, entry))
        : told('adding a mute', putMute({ ...entry, title: entry.title })),
    remove: ({ username, title }) =>
      title === undefined
        ? told('removing an opt-out', removeOptOut(database, username))
        : told('removing a mute', removeMute(database, username, title)),
  };
}
