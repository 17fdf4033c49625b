import type { Schema, SqlDatabase } from '@securitybot/sql';
import type { Insertable, Selectable } from 'kysely';

type SessionRow = Selectable<Schema['sb_sessions']>;

export async function insertSession({ db }: SqlDatabase, row: Insertable<Schema['sb_sessions']>): Promise<void> {
  await db.insertInto('sb_sessions').values(row).execute();
}

/** With what the database's clock says. */
export async function selectSession(
  { db, nowMs }: SqlDatabase,
  hash: Uint8Array,
): Promise<(SessionRow & { readonly now: number }) | undefined> {
  return db.selectFrom('sb_sessions').selectAll().select(nowMs().as('now')).where('hash', '=', hash).executeTakeFirst();
}

export async function deleteSession({ db }: SqlDatabase, hash: Uint8Array): Promise<void> {
  await db.deleteFrom('sb_sessions').where('hash', '=', hash).execute();
}

export async function deleteEndedSessions({ db }: SqlDatabase, now: number): Promise<void> {
  await db.deleteFrom('sb_sessions').where('expires_at', '<=', now).execute();
}
