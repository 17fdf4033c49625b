import { type Schema, type SqlDatabase, upsert } from '@securitybot/sql';
import { type Kysely, type SqlBool, sql, type Transaction } from 'kysely';
import { inBatches } from '../batches.js';
import { nowOnce } from './clock.js';
import { firstDue } from './conversations.js';

/** An alert as its rows hold it. They are written by anybody, so that nothing in them is sure. */
export interface AlertRow {
  readonly hash: Uint8Array;
  readonly ldap: unknown;
  readonly title: unknown;
  readonly description: unknown;
  readonly reason: unknown;
  readonly url: unknown;
  readonly event_time: unknown;
  readonly seen_at: number | null;
  readonly severity: string | null;
}

const CROWD_MS = 60_000;
/** Sorts what nobody has seen yet behind what somebody has. */
const UNSEEN = Number.MAX_SAFE_INTEGER;

/** How many logins had alerts first seen within the last minute: by index alone, for a mass of alerts has it counted for each 200 of them. */
function crowd(database: SqlDatabase, db: Kysely<Schema>) {
  const logins = db
    .selectFrom('sb_tasks')
    .select('login')
    .distinct()
    .where('seen_at', '>', sql<number>`${nowOnce(database)} - ${sql.lit(CROWD_MS)}`)
    // PostgreSQL plans before it knows the time, and takes what has one bound for a third of the table; with two for little.
    .where('seen_at', '<', sql.lit(UNSEEN))
    .where('login', 'is not', null);
  return db.selectFrom(logins.as('logins')).select(sql<number>`count(*)`.as('crowd'));
}

/** Alerts whole in the seed's three tables, open there, nobody's here, and not rejected; oldest first. */
function open({ engine, db }: SqlDatabase, limit: number) {
  const isOpen = sql<SqlBool>`alert_status.status = 0`;
  return (
    db
      .selectFrom('alert_status')
      .innerJoin('alerts', 'alerts.hash', 'alert_status.hash')
      .innerJoin('user_responses', 'user_responses.hash', 'alert_status.hash')
      .leftJoin('sb_tasks', 'sb_tasks.hash', 'alert_status.hash')
      .leftJoin('sb_rejects', 'sb_rejects.hash', 'alert_status.hash')
      .select(['alerts.hash', 'alerts.ldap', 'alerts.title', 'alerts.description', 'alerts.reason', 'alerts.url'])
      .select(['alerts.event_time', 'sb_tasks.severity', 'sb_tasks.seen_at'])
      .select(sql<number>`coalesce(sb_tasks.seen_at, ${sql.lit(UNSEEN)})`.as('age'))
      // SQLite knows averages only, and once analysed takes 0 for as frequent as 2: it would read the whole table.
      .where(engine === 'sqlite' ? sql<SqlBool>`unlikely(${isOpen})` : isOpen)
      // Whose status somebody set back to 0 has a person still: not asked a second time.
      .where('sb_tasks.person', 'is', null)
      .where('sb_rejects.hash', 'is', null)
      .orderBy('age')
      .orderBy('alerts.event_time')
      .orderBy('alerts.hash')
      .limit(limit)
  );
}

/** What is new, with the time, and when the first conversation is due; one row without an alert when nothing is new. */
export async function selectUnassigned(
  database: SqlDatabase,
  limit: number,
): Promise<{ now: number; due: number | null; rows: readonly AlertRow[] }> {
  const { db, nowMs } = database;
  const clock = db.selectNoFrom([nowMs().as('now'), firstDue(db).as('due')]);
  const found = await db
    .selectFrom(clock.as('clock'))
    .leftJoin(open(database, limit).as('open'), (join) => join.onTrue())
    .selectAll()
    .orderBy('open.age')
    .orderBy('open.event_time')
    .orderBy('open.hash')
    .execute();
  const [first] = found;
  return {
    now: first?.now ?? 0,
    due: first?.due ?? null,
    rows: found.filter((row): row is typeof row & AlertRow => row.hash !== null),
  };
}

/** Records when alerts were first seen: now, unless somebody has seen them before. */
export async function stampSeen(
  { engine, nowMs }: SqlDatabase,
  trx: Transaction<Schema>,
  alerts: readonly { readonly hash: Uint8Array; readonly login: string }[],
): Promise<void> {
  for (const batch of inBatches(alerts)) {
    const rows = batch.map(({ hash, login }) => ({ hash, login, seen_at: nowMs(), changed_at: nowMs() }));
    await upsert(engine, trx, 'sb_tasks', ['hash'], rows, {
      resolve: (stored, incoming) => sql`coalesce(${stored}, ${incoming})`,
    });
  }
}

/** When alerts were first seen, of those that are nobody's still. */
export async function selectSeen(
  trx: Transaction<Schema>,
  hashes: readonly Uint8Array[],
): Promise<readonly { readonly hash: Uint8Array; readonly seen_at: number | null }[]> {
  const rows: { hash: Uint8Array; seen_at: number | null }[] = [];
  for (const batch of inBatches(hashes)) {
    const query = trx.selectFrom('sb_tasks').select(['hash', 'seen_at']).where('hash', 'in', batch);
    rows.push(...(await query.where('person', 'is', null).where('closed_at', 'is', null).execute()));
  }
  return rows;
}

/** The time, and how many logins had alerts first seen within the last minute. */
export async function selectCrowd(database: SqlDatabase, db: Kysely<Schema>): Promise<{ now: number; crowd: number }> {
  const query = db.selectNoFrom([database.nowMs().as('now'), crowd(database, db).as('crowd')]);
  const { now, crowd: logins } = await query.executeTakeFirstOrThrow();
  return { now, crowd: Number(logins) };
}
