import type { Insertable } from 'kysely';
import type { SqlDatabase } from '../database.js';
import type { Schema } from '../schema.js';

export async function insertAudit({ db }: SqlDatabase, rows: readonly Insertable<Schema['sb_audit']>[]): Promise<void> {
  await db.insertInto('sb_audit').values(rows).execute();
}

export async function updateOutcome({ db }: SqlDatabase, ids: readonly string[], outcome: string): Promise<void> {
  await db.updateTable('sb_audit').set({ outcome }).where('id', 'in', ids).execute();
}
