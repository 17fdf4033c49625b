import type { Schema, SqlDatabase } from '@securitybot/sql';
import type { Insertable, Selectable } from 'kysely';

type LinkRow = Selectable<Schema['sb_sign_in_links']>;

export async function insertLink({ db }: SqlDatabase, row: Insertable<Schema['sb_sign_in_links']>): Promise<void> {
  await db.insertInto('sb_sign_in_links').values(row).execute();
}

export async function selectLink({ db }: SqlDatabase, hash: Uint8Array): Promise<LinkRow | undefined> {
  return db.selectFrom('sb_sign_in_links').selectAll().where('hash', '=', hash).executeTakeFirst();
}

/** @returns whether it was there: of several at once, it was for one. */
export async function deleteLink({ db }: SqlDatabase, hash: Uint8Array): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('sb_sign_in_links').where('hash', '=', hash).executeTakeFirst();
  return numDeletedRows === 1n;
}

export async function deleteEndedLinks({ db }: SqlDatabase, now: number): Promise<void> {
  await db.deleteFrom('sb_sign_in_links').where('expires_at', '<=', now).execute();
}
