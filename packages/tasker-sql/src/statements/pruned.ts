import type { Schema, SqlDatabase } from '@securitybot/sql';
import { type Kysely, sql, type Transaction } from 'kysely';

/** An alert that may be deleted, and where it stands in the order in which they are. */
export interface Prunable {
  readonly hash: Uint8Array;
  /** Whose conversation it is in; null: nobody's. */
  readonly person: string | null;
  /** Where it stands: when it was closed, in ms, or when it happened, as its row has it. */
  readonly at: number | string;
}

/** Behind this one. */
export type Cursor = Pick<Prunable, 'at' | 'hash'> | undefined;

/** Tasks closed before that time (ms), first closed first. */
export async function selectClosed(
  db: Kysely<Schema>,
  before: number,
  behind: Cursor,
  limit: number,
): Promise<readonly Prunable[]> {
  const rows = await db
    .selectFrom('sb_tasks')
    .select(['hash', 'person', 'closed_at as at'])
    .where('closed_at', '<', before)
    .$if(behind !== undefined, (query) =>
      query
        .where('closed_at', '>=', Number(behind?.at))
        .where(sql<boolean>`(closed_at > ${behind?.at} or hash > ${behind?.hash})`),
    )
    .orderBy('closed_at')
    .orderBy('hash')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row, at: Number(row.at) }));
}

/** Each looked up by itself: a join may read all tasks there are. */
function settledBefore(db: Kysely<Schema>, before: string) {
  const isSettled = sql<boolean>`(select status from alert_status where alert_status.hash = alerts.hash) = 2`;
  const isTask = sql`select 1 from sb_tasks where sb_tasks.hash = alerts.hash and (person is not null or closed_at is not null)`;
  return db
    .selectFrom('alerts')
    .where('alerts.event_time', '<', before)
    .where(isSettled)
    .where(sql<boolean>`(${isTask}) is null`);
}

/** Alerts that happened before that time, and that somebody else has settled: an older Securitybot. Oldest first. */
export async function selectSettled(
  db: Kysely<Schema>,
  before: string,
  behind: Cursor,
  limit: number,
): Promise<readonly Prunable[]> {
  const rows = await settledBefore(db, before)
    .select(['alerts.hash', 'alerts.event_time as at'])
    .$if(behind !== undefined, (query) =>
      query
        .where('alerts.event_time', '>=', String(behind?.at))
        .where(sql<boolean>`(alerts.event_time > ${behind?.at} or alerts.hash > ${behind?.hash})`),
    )
    .orderBy('alerts.event_time')
    .orderBy('alerts.hash')
    .limit(limit)
    .execute();
  return rows.map(({ hash, at }) => ({ hash, person: null, at: String(at) }));
}

const countAll = sql<number>`count(*)`.as('count');

export async function countClosed(db: Kysely<Schema>, before: number): Promise<number> {
  const query = db.selectFrom('sb_tasks').select(countAll).where('closed_at', '<', before);
  return (await query.executeTakeFirstOrThrow()).count;
}

export async function countSettled(db: Kysely<Schema>, before: string): Promise<number> {
  return (await settledBefore(db, before).select(countAll).executeTakeFirstOrThrow()).count;
}

/** Locks conversations, in their order, and reads them. */
export async function lockConversations(
  { engine }: SqlDatabase,
  trx: Transaction<Schema>,
  persons: readonly string[],
): Promise<readonly { readonly person: string; readonly version: number; readonly data: string }[]> {
  if (persons.length === 0) return [];
  const query = trx
    .selectFrom('sb_conversations')
    .select(['person', 'version', 'data'])
    .where('person', 'in', persons)
    .orderBy('person');
  return (engine === 'sqlite' ? query : query.forUpdate()).execute();
}

export async function updateData(
  trx: Transaction<Schema>,
  { person, version, data }: { readonly person: string; readonly version: number; readonly data: string },
): Promise<void> {
  await trx.updateTable('sb_conversations').set({ version, data }).where('person', '=', person).execute();
}

export async function deleteConversation(trx: Transaction<Schema>, person: string): Promise<void> {
  await trx.deleteFrom('sb_conversations').where('person', '=', person).execute();
}

export async function deleteRows(
  trx: Transaction<Schema>,
  table: 'sb_tasks' | 'sb_rejects' | 'user_responses' | 'alert_status' | 'alerts',
  hashes: readonly Uint8Array[],
): Promise<void> {
  await trx.deleteFrom(table).where('hash', 'in', hashes).execute();
}

/** Those of the hashes whose alerts were deleted. */
export async function selectPruned(db: Kysely<Schema>, hashes: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  const rows = await db.selectFrom('sb_pruned').select('hash').where('hash', 'in', hashes).execute();
  return rows.map(({ hash }) => hash);
}

/** What has come again is nobody's task, and over. */
export async function closeTasks(
  { nowMs }: SqlDatabase,
  trx: Transaction<Schema>,
  hashes: readonly Uint8Array[],
): Promise<void> {
  const over = { state: 'closed', closed_at: nowMs(), changed_at: nowMs() };
  await trx.updateTable('sb_tasks').set(over).where('hash', 'in', hashes).execute();
}

export async function updateComments(
  trx: Transaction<Schema>,
  hashes: readonly Uint8Array[],
  comment: string,
): Promise<void> {
  await trx.updateTable('user_responses').set({ comment }).where('hash', 'in', hashes).execute();
}

export async function closeStatuses(trx: Transaction<Schema>, hashes: readonly Uint8Array[]): Promise<void> {
  await trx.updateTable('alert_status').set({ status: 2 }).where('hash', 'in', hashes).execute();
}
