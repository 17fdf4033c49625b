import { PluginError } from '@securitybot/core';
import { type RawBuilder, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { toPluginError } from '../errors.js';
import { fromSqlTime, hashToHex, toSqlTime } from '../values.js';
import { type AlertFilter, selectMatching, wholeSecond } from './alert-filter.js';
import { type AlertRecord, recordOfRow, selectRecords } from './alert-row.js';

export interface AlertListOptions extends AlertFilter {
  /** By event time, then by id. Default `newest` first. */
  readonly order?: 'newest' | 'oldest';
  /** At the most so many. Default 50. */
  readonly limit?: number;
}

/** An alert of a list. */
export interface ListedAlert extends AlertRecord {
  /** When the store first saw it, in ms since the epoch, UTC; null: not yet. */
  readonly seenAt: number | null;
  /** Core's state of the task; null while the alert belongs to nobody. So are the three that follow, and while it is open. */
  readonly state: string | null;
  readonly verdict: string | null;
  readonly cause: string | null;
  /** ms since the epoch, UTC. */
  readonly closedAt: number | null;
}

const DEFAULT_LIMIT = 50;
/** What is read of alerts at a time: evidence may be long. */
const BATCH = 100;
/** When what nobody has seen yet was seen: last of all. */
const UNSEEN = Number.MAX_SAFE_INTEGER;

/** Where an alert stands in the list. `at`: ms since the epoch; NaN where the row holds something that is no time. */
interface Place {
  readonly hash: Uint8Array;
  readonly at: number;
}

interface Request {
  readonly filter: AlertFilter;
  readonly direction: 'asc' | 'desc';
  readonly limit: number;
}

/** Hashes sort as bytes; in SQLite others may have written them as text. */
const hashOrder = ({ engine }: SqlDatabase): RawBuilder<unknown> =>
  engine === 'sqlite' ? sql`cast(alerts.hash as blob)` : sql`alerts.hash`;

/** Those whose writer told the time, by its index. */
async function selectTimed(database: SqlDatabase, { filter, direction, limit }: Request): Promise<Place[]> {
  const { after, before } = filter;
  const rows = await selectMatching(database, filter)
    .select(['alerts.hash', 'alerts.event_time'])
    .where('alerts.event_time', 'is not', null)
    .$if(after !== undefined, (query) =>
      query.where('alerts.event_time', '>=', toSqlTime(wholeSecond(after ?? 0, 'after'))),
    )
    .$if(before !== undefined, (query) =>
      query.where('alerts.event_time', '<', toSqlTime(wholeSecond(before ?? 0, 'before'))),
    )
    .orderBy('alerts.event_time', direction)
    .orderBy(hashOrder(database), direction)
    .limit(limit)
    .execute();
  return rows.map(({ hash, event_time }) => ({ hash, at: fromSqlTime(event_time) }));
}

/** Those whose writer told no time; mostly there are none. When they were first seen is known to the ms. */
async function selectUntimed(database: SqlDatabase, { filter, direction, limit }: Request): Promise<Place[]> {
  const { after, before } = filter;
  const at = sql<number>`coalesce(seen.seen_at, ${sql.lit(UNSEEN)})`;
  const rows = await selectMatching(database, filter)
    .leftJoin('sb_tasks as seen', 'seen.hash', 'alerts.hash')
    .select(['alerts.hash', at.as('at')])
    .where('alerts.event_time', 'is', null)
    .$if(after !== undefined, (query) => query.where(at, '>=', Math.ceil(after ?? 0)))
    .$if(before !== undefined, (query) => query.where(at, '<', Math.ceil(before ?? 0)))
    .orderBy('at', direction)
    .orderBy(hashOrder(database), direction)
    .limit(limit)
    .execute();
  return rows.map(({ hash, at: seen }) => ({ hash, at: Number(seen) }));
}

/** Two lists in one order, as one. */
function merge(timed: readonly Place[], untimed: readonly Place[], direction: 'asc' | 'desc'): Place[] {
  const rest = [...untimed];
  const merged = timed.flatMap((place) => {
    const count = rest.findIndex(({ at }) => !(direction === 'desc' ? at > place.at : at < place.at));
    return [...rest.splice(0, count < 0 ? rest.length : count), place];
  });
  return [...merged, ...rest];
}

async function selectPlaces(database: SqlDatabase, options: AlertListOptions): Promise<readonly Place[]> {
  const { order = 'newest', limit = DEFAULT_LIMIT, ...filter } = options;
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new PluginError('REJECTED', `sql: a list of ${limit} alerts; give its limit a whole number from 1`);
  }
  const request: Request = { filter, limit, direction: order === 'newest' ? 'desc' : 'asc' };
  const timed = await selectTimed(database, request);
  const untimed = await selectUntimed(database, request);
  return (untimed.length === 0 ? timed : merge(timed, untimed, request.direction)).slice(0, limit);
}

async function selectListed({ db }: SqlDatabase, hashes: readonly Uint8Array[]): Promise<readonly ListedAlert[]> {
  const rows = await selectRecords(db)
    .select(['sb_tasks.seen_at', 'sb_tasks.state', 'sb_tasks.verdict', 'sb_tasks.cause', 'sb_tasks.closed_at'])
    .where('alerts.hash', 'in', hashes)
    .execute();
  return rows.map((row) => ({
    ...recordOfRow(row),
    seenAt: row.seen_at,
    state: row.state,
    verdict: row.verdict,
    cause: row.cause,
    closedAt: row.closed_at,
  }));
}

/**
 * The alerts that a filter lets through, one after the other, however many: which they are is settled at the first, what
 * they hold is read some at a time. Alerts that belong to nobody yet, and halves of alerts, are among them. Throws a PluginError:
 * `REJECTED` for a limit or a time that is none, `UNAVAILABLE` or `BAD_CREDENTIALS` where the database does not answer.
 */
export async function* eachAlert(database: SqlDatabase, options: AlertListOptions = {}): AsyncGenerator<ListedAlert> {
  const reading = (error: unknown): never => {
    throw toPluginError(error, 'sql: listing alerts');
  };
  const places = await selectPlaces(database, options).catch(reading);
  for (let from = 0; from < places.length; from += BATCH) {
    const hashes = places.slice(from, from + BATCH).map(({ hash }) => hash);
    const found = await selectListed(database, hashes).catch(reading);
    const byId = new Map(found.map((each) => [each.alert.id, each]));
    for (const hash of hashes) {
      const listed = byId.get(hashToHex(hash));
      if (listed) yield listed; // else it is gone by now
    }
  }
}

/** The same as a list: for as many as fit into memory. */
export async function listAlerts(
  database: SqlDatabase,
  options: AlertListOptions = {},
): Promise<readonly ListedAlert[]> {
  const alerts: ListedAlert[] = [];
  for await (const alert of eachAlert(database, options)) alerts.push(alert);
  return alerts;
}
