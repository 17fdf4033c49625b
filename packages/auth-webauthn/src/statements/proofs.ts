import { type Engine, insertIfAbsent, type Schema } from '@securitybot/sql';
import type { InsertObject, Kysely } from 'kysely';

type Db = Kysely<Schema>;

/** One a challenge id, for ever. @returns whether it is new. */
export function insertProof(engine: Engine, db: Db, row: InsertObject<Schema, 'sb_proofs'>): Promise<boolean> {
  return insertIfAbsent(engine, db, 'sb_proofs', [row]);
}

/** By the hash of its link's secret. */
export function selectProof(db: Db, secret: Uint8Array) {
  return db.selectFrom('sb_proofs').selectAll().where('secret', '=', secret).executeTakeFirst();
}

export async function setProofChallenge(db: Db, secret: Uint8Array, challenge: string): Promise<void> {
  await db
    .updateTable('sb_proofs')
    .set({ challenge })
    .where('secret', '=', secret)
    .where('state', '=', 'open')
    .execute();
}

/** A signature is for one use: of two with the same challenge, one gets it. */
export async function takeProofChallenge(db: Db, secret: Uint8Array, challenge: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sb_proofs')
    .set({ challenge: null })
    .where('secret', '=', secret)
    .where('challenge', '=', challenge)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The first to settle it does; never after its time. */
export async function settleProof(
  db: Db,
  secret: Uint8Array,
  state: 'approved' | 'denied' | 'fraud',
  now: number,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('sb_proofs')
    .set({ state, settled_at: now, challenge: null })
    .where('secret', '=', secret)
    .where('state', '=', 'open')
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
