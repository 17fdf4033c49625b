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

/** Of several spellings of one login and title, the one that ends last. */
async function lastOf(
  database: SqlDatabase,
  db: Kysely<Schema>,
  key: MuteKey,
  rows: readonly MuteRow[],
): Promise<Mute | undefined> {
  if (rows.length === 0) return undefined;
  const bounds = await selectBounds(db, boundsKeyOf(database, key));
  return rows.map((row) => muteOf(row, bounds)).reduce((last, mute) => (mute.end > last.end ? mute : last));
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

/** @param now ms since the epoch. */
export async function findMute(
  database: SqlDatabase,
  username: string,
  title: string,
  now: number,
): Promise<MuteEntry | undefined> {
  const { db, engine } = database;
  const key = keyOf(database, username, title);
  const mute = await lastOf(database, db, key, await selectMutes(db, engine, key));
  return mute && mute.end > now ? entryOf(mute, username) : undefined;
}

/** Writes the row, unless one stands that ends no earlier. @returns whether it was written. */
async function writeMute(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  key: MuteKey,
  row: MuteRow,
  end: number,
): Promise<boolean> {
  const { engine } = database;
  const standing = async () => lastOf(database, trx, key, await lockMutes(trx, engine, key));
  let mute = await standing();
  if (!mute) {
    if (await insertIfAbsent(engine, trx, 'ignored', row)) return true;
    mute = await standing(); // somebody was faster
  }
  if (mute && mute.end >= end) return false;
  if (mute) await updateMute(trx, mute.row, { ...row, ldap: mute.row.ldap, title: mute.row.title });
  // MySQL may take two titles that differ in accents or emoji only for one key. The other mute gives way: to be asked
  // once too often is the safe side.
  else if (isMysqlFamily(engine)) await updateMute(trx, row, row);
  return true;
}

/** Throws a PluginError (`REJECTED`) for a mute without an end: nothing may silence an alarm for ever. */
export async function putMute(database: SqlDatabase, entry: MuteEntry): Promise<void> {
  const { engine, fit } = database;
  if (!(entry.until !== undefined && entry.until > 0)) {
    throw new PluginError(
      'REJECTED',
      `blacklist-sql: a mute needs an end, not ${entry.until}; give it "until" in ms since the epoch`,
    );
  }
  const until = Math.floor(Math.min(entry.until, LAST));
  const key = keyOf(database, entry.username, entry.title);
  const row: MuteRow = {
    ldap: key.ldap,
    title: fit('ignored.title', entry.title.trim()),
    reason: fit('ignored.reason', entry.reason),
    until: toSqlTime(until),
  };
  await database.write(async (trx) => {
    if (!(await writeMute(database, trx, key, row, until))) return;
    await writeBounds(trx, engine, boundsKeyOf(database, key), {
      since: entry.since === undefined ? null : Math.floor(entry.since),
      max_severity: entry.maxSeverity ?? null,
      until,
    });
  });
}

/** @returns false when there was none. */
export async function removeMute(database: SqlDatabase, username: string, title: string): Promise<boolean> {
  const key = keyOf(database, username, title);
  return database.write(async (trx) => {
    const rows = await lockMutes(trx, database.engine, key);
    for (const row of rows) await deleteMute(trx, row);
    await deleteBounds(trx, boundsKeyOf(database, key));
    return rows.length > 0;
  });
}
