import { type Engine, hexToHash, type Schema } from '@securitybot/sql';
import type { Insertable, Kysely, Transaction } from 'kysely';
import { inBatches } from '../batches.js';
import { upsertByHash } from './upsert.js';

export interface TaskRow {
  readonly hash: Uint8Array;
  readonly data: string | null;
}

/** Reads tasks, in no order. */
export async function selectTasks(db: Kysely<Schema>, hashes: readonly Uint8Array[]): Promise<readonly TaskRow[]> {
  const rows: TaskRow[] = [];
  for (const batch of inBatches(hashes)) {
    const query = db.selectFrom('sb_tasks').select(['hash', 'data']).where('hash', 'in', batch);
    rows.push(...(await query.execute()));
  }
  return rows;
}

/** Gives alerts that are known and nobody's to a person. @returns how many of them were that. */
export async function takeTasks(trx: Transaction<Schema>, person: string, ids: readonly string[]): Promise<number> {
  let taken = 0;
  for (const batch of inBatches(ids)) {
    const { numUpdatedRows } = await trx
      .updateTable('sb_tasks')
      .set({ person })
      .where('hash', 'in', batch.map(hexToHash))
      .where('person', 'is', null)
      .executeTakeFirst();
    taken += Number(numUpdatedRows);
  }
  return taken;
}

/** Writes tasks of one person's, whole. `seen_at` and `severity`, as first recorded, stay. */
export async function upsertTasks(
  engine: Engine,
  trx: Transaction<Schema>,
  rows: readonly Insertable<Schema['sb_tasks']>[],
): Promise<void> {
  for (const batch of inBatches(rows, (row) => row.data?.length ?? 0)) {
    await upsertByHash(engine, trx, 'sb_tasks', batch, ['person', 'state', 'verdict', 'cause', 'closed_at', 'data']);
  }
}
