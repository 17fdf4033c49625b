import { PluginError } from '@securitybot/core';
import type { SqlDatabase } from '../database.js';
import { toPluginError } from '../errors.js';
import { hashToHex } from '../values.js';
import type { AlertFilter } from './alert-filter.js';
import { merge, type Place, selectTimed, selectUntimed } from './alert-places.js';
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

/** The order and the size that a list is asked for. Throws a PluginError (`REJECTED`) for a limit that is none. */
export function listRequest({ order = 'newest', limit = DEFAULT_LIMIT, ...filter }: AlertListOptions) {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new PluginError('REJECTED', `sql: a list of ${limit} alerts; give its limit a whole number from 1`);
  }
  return { filter, limit, direction: order === 'newest' ? 'desc' : 'asc' } as const;
}

async function selectPlaces(database: SqlDatabase, options: AlertListOptions): Promise<readonly Place[]> {
  const request = { ...listRequest(options), from: { asOf: Number.MAX_SAFE_INTEGER } };
  const timed = await selectTimed(database, request);
  const untimed = await selectUntimed(database, request);
  return (untimed.length === 0 ? timed : merge(timed, untimed, request.direction)).slice(0, request.limit);
}

/** What alerts hold, some at a time, in their order. Those that are gone by now are left out. */
export async function* readPlaces(database: SqlDatabase, places: readonly Place[]): AsyncGenerator<ListedAlert> {
  for (let from = 0; from < places.length; from += BATCH) {
    const hashes = places.slice(from, from + BATCH).map(({ hash }) => hash);
    const found = await selectListed(database, hashes);
    const byId = new Map(found.map((each) => [each.alert.id, each]));
    for (const hash of hashes) {
      const listed = byId.get(hashToHex(hash));
      if (listed) yield listed;
    }
  }
}

export async function selectListed(
  { db }: SqlDatabase,
  hashes: readonly Uint8Array[],
): Promise<readonly ListedAlert[]> {
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
  try {
    yield* readPlaces(database, await selectPlaces(database, options));
  } catch (error) {
    throw toPluginError(error, 'sql: listing alerts');
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
