import type { Schema, SqlDatabase } from '@securitybot/sql';
import { type Kysely, sql, type Transaction } from 'kysely';
import { nowOnce } from './clock.js';

export interface ConversationRow {
  /** See `keyOf`. */
  readonly person: string;
  readonly version: number;
  readonly data: string;
}

/** The time, and when the first conversation is due: null where none will be. */
export async function selectFirstDue({ db, nowMs }: SqlDatabase): Promise<{ now: number; due: number | null }> {
  return db
    .selectNoFrom([
      nowMs().as('now'),
      (eb) =>
        eb
          .selectFrom('sb_conversations')
          .select((of) => of.fn.min('due_at').as('due'))
          .as('due'),
    ])
    .executeTakeFirstOrThrow();
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

/** Keeps everybody else from saving a conversation until this transaction ends. */
export async function lockConversation(
  { engine }: SqlDatabase,
  trx: Transaction<Schema>,
  person: string,
): Promise<void> {
  if (engine === 'sqlite') return; // BEGIN IMMEDIATE did
  await trx.selectFrom('sb_conversations').select('version').where('person', '=', person).forUpdate().execute();
}

/** The time, and a person's conversation: null where there is none. */
export async function selectConversation(
  { nowMs }: SqlDatabase,
  db: Kysely<Schema>,
  person: string,
): Promise<{ now: number; version: number | null; data: string | null }> {
  return db
    .selectFrom(db.selectNoFrom(nowMs().as('now')).as('clock'))
    .leftJoin('sb_conversations', (join) => join.on('sb_conversations.person', '=', person))
    .select(['clock.now', 'sb_conversations.version', 'sb_conversations.data'])
    .executeTakeFirstOrThrow();
}

/** What `save` writes of a conversation: all but its tasks. */
export interface ConversationWrite {
  /** See `keyOf`. */
  readonly person: string;
  /** The version that has to be there. */
  readonly version: number;
  readonly data: string;
  readonly wakeAt: number | null;
}

/** Writes the next version, and leaves somebody's lease alone. @returns whether the version was there. */
export async function updateConversation(
  { nowMs }: SqlDatabase,
  trx: Transaction<Schema>,
  { person, version, data, wakeAt }: ConversationWrite,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('sb_conversations')
    .set({
      version: version + 1,
      data,
      wake_at: wakeAt,
      due_at: sql<number | null>`case when lease_until > ${nowMs()} then lease_until else ${wakeAt} end`,
    })
    .where('person', '=', person)
    .where('version', '=', version)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Writes the next version under a lease, and extends that or ends it. @returns whether the version and the lease were there. */
export async function updateLeasedConversation(
  { nowMs }: SqlDatabase,
  trx: Transaction<Schema>,
  { person, version, data, wakeAt }: ConversationWrite,
  lease: { readonly id: string; readonly keepMs?: number },
): Promise<boolean> {
  const until = lease.keepMs === undefined ? null : sql<number>`${nowMs()} + ${sql.lit(lease.keepMs)}`;
  const { numUpdatedRows } = await trx
    .updateTable('sb_conversations')
    .set({
      version: version + 1,
      data,
      wake_at: wakeAt,
      due_at: until ?? wakeAt,
      lease: until === null ? null : lease.id,
      lease_until: until,
    })
    .where('person', '=', person)
    .where('version', '=', version)
    .where('lease', '=', lease.id)
    .where('lease_until', '>', nowMs())
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}
