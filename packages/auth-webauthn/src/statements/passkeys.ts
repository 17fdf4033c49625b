import { type Engine, insertIfAbsent, type Schema } from '@securitybot/sql';
import type { InsertObject, Kysely } from 'kysely';

type Db = Kysely<Schema>;

/** All of a login, oldest first. A login has few. */
export function selectPasskeys(db: Db, login: string) {
  return db
    .selectFrom('sb_passkeys')
    .selectAll()
    .where('login', '=', login)
    .where('removed_at', 'is', null)
    .orderBy('added_at')
    .execute();
}

/** Those of everybody, by login. */
export function selectAllPasskeys(db: Db) {
  return db
    .selectFrom('sb_passkeys')
    .selectAll()
    .where('removed_at', 'is', null)
    .orderBy('login')
    .orderBy('added_at')
    .execute();
}

/** @returns whether it is new: one authenticator's is one person's. */
export function insertPasskey(engine: Engine, db: Db, row: InsertObject<Schema, 'sb_passkeys'>): Promise<boolean> {
  return insertIfAbsent(engine, db, 'sb_passkeys', [row]);
}

/** What the authenticator counts must grow, where it counts at all; of two uses at once, one wins. */
export async function updateUse(db: Db, hash: Uint8Array, was: number, counter: number, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sb_passkeys')
    .set({ counter, used_at: now })
    .where('hash', '=', hash)
    .where('counter', '=', was)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * It stays to be reported, should it not have been, and is never added again; without its key, as a replica of a version that does not
 * know `removed_at` would take its signatures still. @returns whether there was one.
 */
export async function updateRemoved(db: Db, hash: Uint8Array, now: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sb_passkeys')
    .set({ removed_at: now, public_key: '' })
    .where('hash', '=', hash)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function deletePasskey(db: Db, hash: Uint8Array): Promise<void> {
  await db.deleteFrom('sb_passkeys').where('hash', '=', hash).execute();
}

/** Those that were taken away meanwhile, too. */
export function selectUnreportedPasskeys(db: Db) {
  return db.selectFrom('sb_passkeys').selectAll().where('reported_at', 'is', null).orderBy('added_at').execute();
}

export async function markPasskeyReported(db: Db, hash: Uint8Array, now: number): Promise<void> {
  await db.updateTable('sb_passkeys').set({ reported_at: now }).where('hash', '=', hash).execute();
}
