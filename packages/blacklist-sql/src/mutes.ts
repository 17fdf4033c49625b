import { type BlacklistEntry, PluginError, type Severity } from '@securitybot/core';
import {
  fromSqlTime,
  insertIfAbsent,
  isMysqlFamily,
  normalise,
  type Schema,
  type SqlDatabase,
  toSqlTime,
} from '@securitybot/sql';
import type { Kysely, Transaction } from 'kysely';
import {
  type Bounds,
  deleteBounds,
  deleteMute,
  lockMutes,
  type MuteKey,
  type MuteRow,
  selectBounds,
  selectMutes,
  updateMute,
  writeBounds,
} from './statements/mutes.js';

/** An entry with a title. */
export type MuteEntry = BlacklistEntry & { readonly title: string };

/** One that stands, or stood. */
interface Mute {
  readonly row: MuteRow;
  /** In ms since the epoch; minus infinity where the row tells no time. */
  readonly end: number;
  readonly bounds?: Bounds;
}

const SEVERITIES: readonly (Severity | string)[] = ['low', 'medium', 'high', 'critical'] satisfies Severity[];
const isSeverity = (text: string): text is Severity => SEVERITIES.includes(text);

/** The last time that the seed's columns can tell. */
const LAST = fromSqlTime(toSqlTime(Number.POSITIVE_INFINITY));

function keyOf({ fit }: SqlDatabase, username: string, title: string): MuteKey {
  return { ldap: fit('ignored.ldap', normalise(username)), title: normalise(fit('ignored.title', title.trim())) };
}

/** A key as text, however it is spelt. */
const nameOf = ({ ldap, title }: MuteKey) => JSON.stringify([normalise(String(ldap)), normalise(String(title))]);

const loginsOf = (keys: readonly MuteKey[]) => [...new Set(keys.map(({ ldap }) => ldap))];

/** `sb_mutes` has the seed's sizes, and lower case may be longer than what it was made of. */
const boundsKeyOf = ({ fit }: SqlDatabase, { ldap, title }: MuteKey): MuteKey => ({
  ldap,
  title: fit('ignored.title', title),
});

/** Bounds belong to the very end they were written with: the row may be an administrator's by now. */
function muteOf(row: MuteRow, bounds: Bounds | undefined): Mute {
  const second = fromSqlTime(row.until);
  if (Number.isNaN(second)) return { row, end: Number.NEGATIVE_INFINITY };
  if (bounds && toSqlTime(bounds.until) === toSqlTime(second)) return { row, end: bounds.until, bounds };
  return { row, end: second };
}

/** What stands for each key; of several spellings of one login and title, the one that ends last. */
async function standing(
  database: SqlDatabase,
  db: Kysely<Schema>,
  keys: readonly MuteKey[],
  rows: readonly MuteRow[],
): Promise<readonly (Mute | undefined)[]> {
  const found = Map.groupBy(rows, ({ ldap, title }) => nameOf({ ldap, title }));
  const standing = keys.filter((key) => found.has(nameOf(key)));
  const bounds = new Map<string, Bounds>();
  if (standing.length > 0) {
    const logins = [...new Set(standing.map(({ ldap }) => ldap))];
    for (const row of await selectBounds(db, logins)) bounds.set(nameOf(row), row);
  }
  return keys.map((key) => {
    const mutes = (found.get(nameOf(key)) ?? []).map((row) =>
      muteOf(row, bounds.get(nameOf(boundsKeyOf(database, key)))),
    );
    return mutes.length === 0 ? undefined : mutes.reduce((last, mute) => (mute.end > last.end ? mute : last));
  });
}

function entryOf({ row, end, bounds }: Mute, username: string): MuteEntry {
  const { since = null, max_severity: most = null } = bounds ?? {};
  return {
    username: normalise(username),
    title: normalise(String(row.title)),
    reason: row.reason ?? '',
    until: end,
    ...(since !== null && { since }),
    // What nobody can have written covers the least.
    ...(most !== null && { maxSeverity: isSeverity(most) ? most : 'low' }),
  };
}

/** What is asked of the mutes. `now`: ms since the epoch. */
export interface MuteQuery {
  readonly username: string;
  readonly title: string;
  readonly now: number;
}

/** The mutes in force, in the order of the queries. */
export async function findMutes(
  database: SqlDatabase,
  queries: readonly MuteQuery[],
): Promise<readonly (MuteEntry | undefined)[]> {
  const { db, engine } = database;
  const keys = queries.map(({ username, title }) => keyOf(database, username, title));
  const rows = await selectMutes(db, engine, loginsOf(keys));
  const mutes = await standing(database, db, keys, rows);
  return queries.map(({ username, now }, n) => {
    const mute = mutes[n];
    return mute && mute.end > now ? entryOf(mute, username) : undefined;
  });
}

/** A mute to be written. */
interface NewMute {
  readonly key: MuteKey;
  readonly row: MuteRow;
  /** ms since the epoch. */
  readonly until: number;
  readonly entry: MuteEntry;
}

/** Somebody wrote meanwhile what was not there to be locked. Thrown to roll back. */
const RACED = new Error('blacklist-sql: somebody else was faster');

/** Writes mutes, unless one stands that ends no earlier. @returns those that were written. */
async function writeMutes(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  mutes: readonly NewMute[],
): Promise<readonly NewMute[]> {
  const { engine } = database;
  const keys = mutes.map(({ key }) => key);
  const found = await standing(database, trx, keys, await lockMutes(trx, engine, loginsOf(keys)));
  const absent = mutes.filter((_, n) => found[n] === undefined);
  const rows = absent.map(({ row }) => row);
  if (!(await insertIfAbsent(engine, trx, 'ignored', rows))) {
    if (mutes.length > 1) throw RACED;
    return (await Promise.all(mutes.map((mute) => overwrite(database, trx, mute)))).flat();
  }
  const written = [...absent];
  for (const [n, mute] of mutes.entries()) {
    const before = found[n];
    if (before === undefined || before.end >= mute.until) continue;
    await updateMute(trx, before.row, { ...mute.row, ldap: before.row.ldap, title: before.row.title });
    written.push(mute);
  }
  return written;
}

/** Writes a mute whose key is taken, though it was not to be found before. */
async function overwrite(database: SqlDatabase, trx: Transaction<Schema>, mute: NewMute): Promise<readonly NewMute[]> {
  const { engine } = database;
  const { key, row, until } = mute;
  const [found] = await standing(database, trx, [key], await lockMutes(trx, engine, [key.ldap])); // somebody was faster
  if (found && found.end >= until) return [];
  if (found) await updateMute(trx, found.row, { ...row, ldap: found.row.ldap, title: found.row.title });
  // MySQL may take two titles that differ in accents or emoji only for one key. The other mute gives way: to be asked
  // once too often is the safe side.
  else if (isMysqlFamily(engine)) await updateMute(trx, row, row);
  return [mute];
}

/** Throws a PluginError (`REJECTED`) for a mute without an end: nothing may silence an alarm for ever. */
function newMute(database: SqlDatabase, entry: MuteEntry): NewMute {
  if (!(entry.until !== undefined && entry.until > 0)) {
    throw new PluginError(
      'REJECTED',
      `blacklist-sql: a mute needs an end, not ${entry.until}; give it "until" in ms since the epoch`,
    );
  }
  const { fit } = database;
  const until = Math.floor(Math.min(entry.until, LAST));
  const key = keyOf(database, entry.username, entry.title);
  const row: MuteRow = {
    ldap: key.ldap,
    title: fit('ignored.title', entry.title.trim()),
    reason: fit('ignored.reason', entry.reason),
    until: toSqlTime(until),
  };
  return { key, row, until, entry };
}

/** Puts mutes of different logins or titles. */
export async function putMutes(database: SqlDatabase, entries: readonly MuteEntry[]): Promise<void> {
  const mutes = entries
    .map((entry) => newMute(database, entry))
    .sort((a, b) => (nameOf(a.key) < nameOf(b.key) ? -1 : 1)); // in one order, so that nobody waits for each other
  await database.write(async (trx) => {
    const written = await writeMutes(database, trx, mutes);
    const bounds = written.map(({ key, until, entry }) => ({
      ...boundsKeyOf(database, key),
      since: entry.since === undefined ? null : Math.floor(entry.since),
      max_severity: entry.maxSeverity ?? null,
      until,
    }));
    await writeBounds(trx, database.engine, bounds);
  });
}

/** @returns false when there was none. */
export async function removeMute(database: SqlDatabase, username: string, title: string): Promise<boolean> {
  const key = keyOf(database, username, title);
  return database.write(async (trx) => {
    const rows = await lockMutes(trx, database.engine, [key.ldap]);
    const theirs = rows.filter((row) => nameOf(row) === nameOf(key));
    for (const row of theirs) await deleteMute(trx, row);
    await deleteBounds(trx, boundsKeyOf(database, key));
    return theirs.length > 0;
  });
}
