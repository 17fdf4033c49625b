import type { Conversation, EffectType } from '@securitybot/core';
import { type SqlBool, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { hashToHex } from '../values.js';
import { reading } from './reading.js';

/** An alert that cannot be asked about. */
export interface RejectedAlert {
  /** Its hash as hex digits, of whatever length. */
  readonly id: string;
  readonly reason: string;
  /** When that was found: ms since the epoch, UTC. */
  readonly at: number;
}

/** Alerts that cannot be asked about, latest first, `limit` at the most. Throws a PluginError where the database does not answer. */
export async function findRejects({ db }: SqlDatabase, limit: number): Promise<readonly RejectedAlert[]> {
  const query = db.selectFrom('sb_rejects').selectAll().orderBy('at', 'desc').limit(limit).execute();
  return (await reading('rejected alerts', query)).map(({ hash, ...row }) => ({ id: hashToHex(hash), ...row }));
}

/** A conversation that nobody looks after. */
export interface OverdueConversation {
  /** Its key as the database has it. */
  readonly person: string;
  /** Since when it is due: ms since the epoch, UTC. */
  readonly dueAt: number;
}

/**
 * Conversations that have been due since before that time and are under nobody's lease, longest due first, `limit` at the
 * most. Throws a PluginError where the database does not answer.
 */
export async function findOverdue(
  { db }: SqlDatabase,
  before: Date,
  limit: number,
): Promise<readonly OverdueConversation[]> {
  // While leased, due_at is the lease's end.
  const query = db
    .selectFrom('sb_conversations')
    .select(['person', sql<number>`due_at`.as('dueAt')])
    .where('due_at', '<', before.getTime())
    .orderBy('due_at')
    .limit(limit);
  return reading('overdue conversations', query.execute());
}

/**
 * How many alerts are whole and open, were seen before that time, and belong to nobody still. Throws a PluginError
 * where the database does not answer.
 */
export async function countUnassigned({ db, engine }: SqlDatabase, before: Date): Promise<number> {
  const isOpen = sql<SqlBool>`alert_status.status = 0`;
  const query = db
    .selectFrom('alert_status')
    .innerJoin('alerts', 'alerts.hash', 'alert_status.hash')
    .innerJoin('user_responses', 'user_responses.hash', 'alert_status.hash')
    .leftJoin('sb_tasks', 'sb_tasks.hash', 'alert_status.hash')
    .leftJoin('sb_rejects', 'sb_rejects.hash', 'alert_status.hash')
    .select(sql<number>`count(*)`.as('count'))
    .where(engine === 'sqlite' ? sql<SqlBool>`unlikely(${isOpen})` : isOpen)
    .where('sb_tasks.person', 'is', null)
    .where('sb_rejects.hash', 'is', null)
    .where((where) =>
      where.or([where('sb_tasks.seen_at', 'is', null), where('sb_tasks.seen_at', '<', before.getTime())]),
    );
  return (await reading('alerts that wait', query.executeTakeFirstOrThrow())).count;
}

/** Something that should be done outside and does not go well. */
export interface FailingEffect {
  /** The conversation's key as the database has it. */
  readonly person: string;
  readonly type: EffectType;
  /** Failed tries since it last went well. */
  readonly tries: number;
  /** When the first of those failed: ms since the epoch, UTC. */
  readonly failingSince?: number;
}

/** Keys of this many conversations at a time: what they hold may be long. */
const PAGE = 200;

function selectPending({ db }: SqlDatabase, after: string) {
  return db
    .selectFrom('sb_conversations')
    .select(['person', 'data'])
    .where('person', '>', after)
    .where('due_at', 'is not', null)
    .orderBy('person')
    .limit(PAGE)
    .execute();
}

/** Undefined: somebody edited it. */
function outboxOf(data: string): Conversation['outbox'] | undefined {
  try {
    const { outbox } = JSON.parse(data) as Conversation;
    return Array.isArray(outbox) ? outbox.filter((effect) => effect !== null) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What has failed more than `tries` times, and whose conversations cannot be read; of each `limit` at the most. Reads every
 * conversation that has something due: not for a loop. Throws a PluginError where the database does not answer.
 */
export async function findFailing(
  database: SqlDatabase,
  tries: number,
  limit: number,
): Promise<{ readonly effects: readonly FailingEffect[]; readonly unreadable: readonly string[] }> {
  const effects: FailingEffect[] = [];
  const unreadable: string[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows: readonly { person: string; data: string }[] = await reading(
      'conversations',
      selectPending(database, after),
    );
    for (const { person, data } of rows) {
      const outbox = outboxOf(data);
      if (!outbox) unreadable.push(person);
      for (const effect of outbox ?? []) {
        if (!(effect.tries > tries)) continue;
        const { type, tries: failed, failingSince } = effect;
        effects.push({ person, type, tries: failed, ...(failingSince !== undefined && { failingSince }) });
      }
    }
    after = rows.at(-1)?.person;
  }
  return { effects: effects.slice(0, limit), unreadable: unreadable.slice(0, limit) };
}
