import { type Engine, hashToHex, hexToHash, type Schema, upsert } from '@securitybot/sql';
import type { Insertable, Kysely, Transaction } from 'kysely';
import { inBatches } from '../batches.js';

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

/** Locks tasks, and reads whose they are: null where nobody's. Without those that have no row. */
export async function lockOwners(
  engine: Engine,
  trx: Transaction<Schema>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const owners = new Map<string, string | null>();
  for (const batch of inBatches(ids)) {
    const query = trx.selectFrom('sb_tasks').select(['hash', 'person']).where('hash', 'in', batch.map(hexToHash));
    const ordered = query.orderBy('hash');
    // SQLite knows no row locks: BEGIN IMMEDIATE let this transaction in alone.
    const rows = await (engine === 'sqlite' ? ordered : ordered.forUpdate()).execute();
    for (const { hash, person } of rows) owners.set(hashToHex(hash), person);
  }
  return owners;
}

const WRITTEN = [
  'person',
  'state',
  'verdict',
  'cause',
  'closed_at',
  'data',
  'asked_at',
  'answered_at',
  'changed_at',
] as const satisfies readonly (keyof Schema['sb_tasks'])[];

/** Writes tasks, whole. `seen_at` and `severity`, as first recorded, stay. */
export async function upsertTasks(
  engine: Engine,
  trx: Transaction<Schema>,
  tasks: readonly Insertable<Schema['sb_tasks']>[],
): Promise<void> {
  for (const batch of inBatches(tasks, (row) => row.data?.length ?? 0)) {
    await upsert(engine, trx, 'sb_tasks', ['hash'], batch, { columns: WRITTEN });
  }
}
