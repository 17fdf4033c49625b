import type { Selectable } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { reading } from '../queries/reading.js';
import type { Schema } from '../schema.js';

/** An entry of the record: who changed what (`sb_audit`). `at` is in ms since the epoch, UTC; `outcome` is null where nobody knows it. */
export type AuditEntry = Selectable<Schema['sb_audit']>;

/**
 * The newest entries first, so many at the most. Throws a PluginError where the database does not answer.
 * @param behind the `id` of an entry: those older than that one.
 */
export async function listAudit({ db }: SqlDatabase, limit: number, behind?: string): Promise<readonly AuditEntry[]> {
  const query = db.selectFrom('sb_audit').selectAll().orderBy('id', 'desc').limit(limit);
  return reading('the record', (behind === undefined ? query : query.where('id', '<', behind)).execute());
}
