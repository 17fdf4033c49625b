import type { Schema, SqlDatabase } from '@securitybot/sql';
import type { Insertable, Selectable } from 'kysely';

export type TokenRow = Selectable<Schema['sb_tokens']>;

export async function insertToken({ db }: SqlDatabase, row: Insertable<Schema['sb_tokens']>): Promise<void> {
  await db.insertInto('sb_tokens').values(row).execute();
}

/** With what the database's clock says. */
export async function selectToken(
  { db, nowMs }: SqlDatabase,
  id: string,
): Promise<(TokenRow & { readonly now: number }) | undefined> {
  return db.selectFrom('sb_tokens').selectAll().select(nowMs().as('now')).where('id', '=', id).executeTakeFirst();
}

/** The newest first. */
export async function selectTokens({ db }: SqlDatabase): Promise<readonly TokenRow[]> {
  return db.selectFrom('sb_tokens').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
}

export async function updateUsed({ db }: SqlDatabase, id: string, at: number): Promise<void> {
  await db.updateTable('sb_tokens').set({ used_at: at }).where('id', '=', id).execute();
}

/** @returns false when there is none that could be revoked. */
export async function updateRevoked({ db }: SqlDatabase, id: string, at: number): Promise<boolean> {
  const query = db
    .updateTable('sb_tokens')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('revoked_at', 'is', null);
  const { numUpdatedRows } = await query.executeTakeFirst();
  return numUpdatedRows === 1n;
}
