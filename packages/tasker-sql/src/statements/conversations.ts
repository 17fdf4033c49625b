import { type Engine, insertIfAbsent, type Schema, type SqlDatabase, upsert } from '@securitybot/sql';
import { type Insertable, type Kysely, sql, type Transaction } from 'kysely';
import { inBatches } from '../batches.js';
import { nowOnce } from './clock.js';

export interface ConversationRow {
  /** See `keyOf`. */
  readonly person: string;
  readonly version: number;
  readonly data: string;
}

/** When the first conversation is due: null where none will be. */
export function firstDue(db: Kysely<Schema>) {
  return db.selectFrom('sb_conversations').select((of) => of.fn.min('due_at').as('due'));
}

/** The time, and when the first conversation is due. */
export async function selectFirstDue({ db, nowMs }: SqlDatabase): Promise<{ now: number; due: number | null }> {
  return db.selectNoFrom([nowMs().as('now'), firstDue(db).as('due')]).executeTakeFirstOrThrow();
}

/** Locks and reads what is due, longest due first. While leased, `due_at` is the lease's end, so that due means under nobody's lease. */
export async function selectDueForUpdate(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  limit: number,
): Promise<readonly (ConversationRow & { readonly now: number })[]> {
  const due = trx
    .selectFrom('sb_conversations')
    .select(['person', 'version', 'data', database.nowMs().as('now')])
    .where('due_at', '<=', nowOnce(database))
    .orderBy('due_at')
    .limit(limit);
  // SQLite knows no row locks: BEGIN IMMEDIATE let this transaction in alone.
  return (database.engine === 'sqlite' ? due : due.forUpdate().skipLocked()).execute();
}

/** Puts conversations that this transaction has locked under a lease each. */
export async function leaseConversations(
  { nowMs }: SqlDatabase,
  trx: Transaction<Schema>,
  leases: readonly { readonly person: string; readonly lease: string }[],
  leaseMs: number,
): Promise<void> {
  const until = sql<number>`${nowMs()} + ${sql.lit(leaseMs)}`;
  const cases = leases.map(({ person, lease }) => sql`when ${person} then ${lease}`);
  await trx
    .updateTable('sb_conversations')
    .set({ lease: sql<string>`case person ${sql.join(cases, sql` `)} end`, lease_until: until, due_at: until })
    .where(
      'person',
      'in',
      leases.map(({ person }) => person),
    )
    .execute();
}

/** The time, and conversations: one row without a person where none of them is there. */
export async function selectConversations(
  { nowMs }: SqlDatabase,
  db: Kysely<Schema>,
  persons: readonly string[],
): Promise<{ readonly now: number; readonly rows: readonly ConversationRow[] }> {
  const found = await db
    .selectFrom(db.selectNoFrom(nowMs().as('now')).as('clock'))
    .leftJoin('sb_conversations', (join) => join.on('sb_conversations.person', 'in', persons))
    .select(['clock.now', 'sb_conversations.person', 'sb_conversations.version', 'sb_conversations.data'])
    .execute();
  const rows = found.filter((row): row is typeof row & ConversationRow => row.person !== null);
  return { now: found[0]?.now ?? 0, rows };
}

/** What a save has to find. */
export interface VersionRow {
  readonly now: number;
  readonly version: number;
  readonly lease: string | null;
  readonly lease_until: number | null;
}

/** Locks conversations, and reads what a save has to find, by person; with the time, which is that of the lock. */
export async function lockVersions(
  { engine, nowMs }: SqlDatabase,
  trx: Transaction<Schema>,
  persons: readonly string[],
): Promise<ReadonlyMap<string, VersionRow>> {
  const query = trx
    .selectFrom('sb_conversations')
    .select(['person', 'version', 'lease', 'lease_until', nowMs().as('now')])
    .where('person', 'in', persons)
    .orderBy('person');
  const rows = await (engine === 'sqlite' ? query : query.forUpdate()).execute();
  return new Map(rows.map((row) => [row.person, row]));
}

type Row = Insertable<Schema['sb_conversations']>;
const lengthOf = ({ data }: Row) => data.length;

/** Writes conversations that were not there. @returns false where one was; then some may be written. */
export async function insertConversations(
  engine: Engine,
  trx: Transaction<Schema>,
  rows: readonly Row[],
): Promise<boolean> {
  for (const batch of inBatches(rows, lengthOf)) {
    if (!(await insertIfAbsent(engine, trx, 'sb_conversations', batch))) return false;
  }
  return true;
}

/** Writes conversations that this transaction has locked. */
export async function updateConversations(
  engine: Engine,
  trx: Transaction<Schema>,
  rows: readonly Row[],
): Promise<void> {
  for (const batch of inBatches(rows, lengthOf)) {
    await upsert(engine, trx, 'sb_conversations', ['person'], batch);
  }
}
