import type { Schema, SqlDatabase } from '@securitybot/sql';
import type { Selectable } from 'kysely';

export type AuditRow = Selectable<Schema['sb_audit']>;

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
