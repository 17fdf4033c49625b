import type { AuditEntry, SqlDatabase } from '@securitybot/sql';

export async function selectFirstOf({ db }: SqlDatabase, what: string): Promise<AuditEntry | undefined> {
  return db.selectFrom('sb_audit').selectAll().where('what', '=', what).orderBy('id').limit(1).executeTakeFirst();
}
