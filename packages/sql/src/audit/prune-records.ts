import type { SqlDatabase } from '../database.js';

/** Entries in one statement: few enough that nobody waits for long. */
const BATCH = 500;
const DAY_MS = 86_400_000;
/** The record is kept at least so long, in ms: who looks for what somebody has done looks further back than alerts go. */
const KEPT_MS = 365 * DAY_MS;

/** The id of the first sign-in: it stays, as by it a start knows that nobody has to be let in for the first time. */
async function selectFirstSignIn({ db }: SqlDatabase): Promise<string> {
  const row = await db
    .selectFrom('sb_audit')
    .select('id')
    .where('what', '=', 'sign-in')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? '';
}

/** Ids begin with the time. */
async function selectEntries({ db }: SqlDatabase, before: number, kept: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('sb_audit')
    .select('id')
    .where('id', '<', before.toString(16).padStart(12, '0'))
    .where('id', '!=', kept)
    .orderBy('id')
    .limit(BATCH)
    .execute();
  return rows.map(({ id }) => id);
}

async function deleteEnded({ db }: SqlDatabase, table: 'sb_sessions' | 'sb_sign_in_links' | 'sb_proofs', end: number) {
  await db.deleteFrom(table).where('expires_at', '<', end).execute();
}

/** Links to add a passkey that the security team has been told of. */
async function deleteEnrolments({ db }: SqlDatabase, end: number): Promise<void> {
  await db.deleteFrom('sb_enrolments').where('expires_at', '<', end).where('reported_at', 'is not', null).execute();
}

/**
 * Deletes entries of the record (`sb_audit`) from before a time, but none that is less than a year old; sessions and sign-in links that
 * have ended; and links for passkeys, to add one or to prove something, that ended before that time.
 * @returns how many entries of the record.
 */
export async function pruneRecords(database: SqlDatabase, before: Date): Promise<number> {
  const now = (await database.now()).getTime();
  for (const table of ['sb_sessions', 'sb_sign_in_links'] as const) await deleteEnded(database, table, now);
  await deleteEnded(database, 'sb_proofs', before.getTime());
  await deleteEnrolments(database, before.getTime());
  // Ids are compared as text, and a time before 1970 makes no text that stands before them all in every order.
  const end = Math.max(0, Math.min(before.getTime(), now - KEPT_MS));
  const kept = await selectFirstSignIn(database);
  for (let deleted = 0; ; ) {
    const ids = await selectEntries(database, end, kept);
    if (ids.length === 0) return deleted;
    await database.db.deleteFrom('sb_audit').where('id', 'in', ids).execute();
    deleted += ids.length;
  }
}
