import type { Schema, SqlDatabase } from '@securitybot/sql';
import type { Insertable, Selectable } from 'kysely';

export type AuditRow = Selectable<Schema['sb_audit']>;

export async function insertAudit({ db }: SqlDatabase, rows: readonly Insertable<Schema['sb_audit']>[]): Promise<void> {
  await db.insertInto('sb_audit').values(rows).execute();
}

export async function updateOutcome({ db }: SqlDatabase, ids: readonly string[], outcome: string): Promise<void> {
  await db.updateTable('sb_audit').set({ outcome }).where('id', 'in', ids).execute();
}

/** The newest first, behind that one where one is given. */
export async function selectAudit(
  { db }: SqlDatabase,
  limit: number,
  behind: string | undefined,
): Promise<readonly AuditRow[]> {
  return db
    .selectFrom('sb_audit')
    .selectAll()
    .$if(behind !== undefined, (query) => query.where('id', '<', behind ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

export async function selectFirstOf({ db }: SqlDatabase, what: string): Promise<AuditRow | undefined> {
  return db.selectFrom('sb_audit').selectAll().where('what', '=', what).orderBy('id').limit(1).executeTakeFirst();
}
