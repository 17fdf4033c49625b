import type { Schema } from '@securitybot/sql';
import type { InsertObject, Kysely } from 'kysely';

type Db = Kysely<Schema>;

export async function insertEnrolment(db: Db, row: InsertObject<Schema, 'sb_enrolments'>): Promise<void> {
  await db.insertInto('sb_enrolments').values(row).execute();
}

/** The link of that secret, while it is good. */
export function selectEnrolment(db: Db, hash: Uint8Array, now: number) {
  return db
    .selectFrom('sb_enrolments')
    .selectAll()
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

export async function setEnrolmentChallenge(db: Db, hash: Uint8Array, challenge: string): Promise<void> {
  await db.updateTable('sb_enrolments').set({ challenge }).where('hash', '=', hash).execute();
}

/** Once: whoever is second gets nothing. */
export async function useEnrolment(db: Db, hash: Uint8Array, challenge: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sb_enrolments')
    .set({ used_at: now, challenge: null })
    .where('hash', '=', hash)
    .where('challenge', '=', challenge)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export function selectUnreportedEnrolments(db: Db) {
  return db.selectFrom('sb_enrolments').selectAll().where('reported_at', 'is', null).orderBy('issued_at').execute();
}

export async function markEnrolmentReported(db: Db, hash: Uint8Array, now: number): Promise<void> {
  await db.updateTable('sb_enrolments').set({ reported_at: now }).where('hash', '=', hash).execute();
}
