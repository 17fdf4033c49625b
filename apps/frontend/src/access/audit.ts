import { type AuditEntry, listAudit, type SqlDatabase } from '@securitybot/sql';
import { selectFirstOf } from './statements/audit.js';

/** What has been changed, the newest first. */
export async function pageAudit(
  database: SqlDatabase,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<{ readonly rows: readonly AuditEntry[]; readonly next: string | null }> {
  const rows = await listAudit(database, limit + 1, cursor);
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
}

/** Whether anybody has ever signed in. */
export async function hasSignedIn(database: SqlDatabase): Promise<boolean> {
  return (await selectFirstOf(database, 'sign-in')) !== undefined;
}
