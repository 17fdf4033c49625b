import { type Engine, type Schema, upsert } from '@securitybot/sql';
import type { Insertable, Transaction } from 'kysely';
import { inBatches } from '../batches.js';

/** What the seed's readers look up by hash: what became of alerts. */
export async function upsertResponses(
  engine: Engine,
  trx: Transaction<Schema>,
  rows: readonly Insertable<Schema['user_responses']>[],
): Promise<void> {
  for (const batch of inBatches(rows, (row) => row.comment?.length ?? 0)) {
    await upsert(engine, trx, 'user_responses', ['hash'], batch);
  }
}

/** How far alerts are, as the seed says it. */
export async function upsertStatuses(
  engine: Engine,
  trx: Transaction<Schema>,
  rows: readonly Insertable<Schema['alert_status']>[],
): Promise<void> {
  for (const batch of inBatches(rows)) await upsert(engine, trx, 'alert_status', ['hash'], batch);
}
