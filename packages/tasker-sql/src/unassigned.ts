import type { SeenAlert, Severity, Tasker } from '@securitybot/core';
import { fromSqlTime, hashToHex, insertIfAbsent, type SqlDatabase } from '@securitybot/sql';
import { loginOf } from './login.js';
import type { Looks } from './looks.js';
import { type SqlTaskerOptions, tellOf } from './options.js';
import { settlePruned } from './prune.js';
import { type AlertRow, selectCrowd, selectSeen, stampSeen } from './statements/alerts.js';

type Unassigned = Awaited<ReturnType<Tasker['unassigned']>>;

const SEVERITIES: ReadonlySet<string | null> = new Set<Severity>(['low', 'medium', 'high', 'critical']);
const isSeverity = (text: string | null): text is Severity => SEVERITIES.has(text);

/** SQLite stores anything in any column. */
function asText(value: unknown): string {
  if (value === null) return '';
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value);
}

/** A hash of any type, as hex digits where it is binary. */
const shownHash = (hash: unknown): string => (hash instanceof Uint8Array ? hashToHex(hash) : String(hash));

/** An alert but for when it was seen; without a time where its writer gave none. */
type DecodedAlert = Omit<SeenAlert, 'seenAt' | 'eventTime'> & { readonly eventTime?: number };

/** The alert; or, as a text, why nobody can be asked about it. */
function decodeAlert({ fit }: SqlDatabase, row: AlertRow): DecodedAlert | string {
  if (!(row.hash instanceof Uint8Array)) return 'its hash is not binary';
  if (row.hash.length !== 32) return `its hash has ${row.hash.length} bytes and not 32`;
  const username = fit('alerts.ldap', loginOf(asText(row.ldap)));
  if (username === '') return 'its ldap is empty';
  const eventTime = row.event_time === null ? undefined : fromSqlTime(row.event_time);
  if (Number.isNaN(eventTime)) return 'its event_time is not YYYY-MM-DD HH:MM:SS';
  return {
    id: hashToHex(row.hash),
    username,
    title: fit('alerts.title', asText(row.title)),
    description: fit('alerts.description', asText(row.description)),
    reason: asText(row.reason),
    url: fit('alerts.url', asText(row.url)),
    ...(eventTime !== undefined && { eventTime }),
    ...(isSeverity(row.severity) && { severity: row.severity }),
  };
}

/** Where nobody said when it happened, it happened when it was seen. */
const seenAt = (alert: DecodedAlert, at: number): SeenAlert => ({ eventTime: at, ...alert, seenAt: at });

interface Decoded {
  readonly good: readonly { readonly row: AlertRow; readonly alert: DecodedAlert }[];
  readonly bad: readonly { readonly row: AlertRow; readonly reason: string }[];
}

function decodeAlerts(database: SqlDatabase, rows: readonly AlertRow[]): Decoded {
  const decoded = rows.map((row) => ({ row, alert: decodeAlert(database, row) }));
  return {
    good: decoded.flatMap(({ row, alert }) => (typeof alert === 'string' ? [] : [{ row, alert }])),
    bad: decoded.flatMap(({ row, alert }) => (typeof alert === 'string' ? [{ row, reason: alert }] : [])),
  };
}

/**
 * Stamps what was not seen before, and reads what stands: another replica may have been first, or have taken an alert. What has
 * come again after it was pruned, is done.
 */
function stamp(database: SqlDatabase, good: Decoded['good']): Promise<Unassigned> {
  const inOrder = good.toSorted((a, b) => (a.alert.id < b.alert.id ? -1 : 1));
  const byHash = inOrder.map(({ row }) => row.hash);
  const seen = inOrder.map(({ row, alert }) => ({ hash: row.hash, login: alert.username }));
  return database.write(async (trx) => {
    await stampSeen(database, trx, seen);
    await settlePruned(database, trx, byHash);
    const times = new Map((await selectSeen(trx, byHash)).map((row) => [hashToHex(row.hash), row.seen_at]));
    const { now, crowd } = await selectCrowd(database, trx);
    const alerts = good.flatMap(({ alert }) => {
      const at = times.get(alert.id);
      return at === undefined || at === null ? [] : [seenAt(alert, at)];
    });
    return { now: new Date(now), crowd, alerts };
  });
}

/** Keeps what is wrong with alerts. @returns those that nobody had kept before. */
function reject(database: SqlDatabase, bad: Decoded['bad'], now: number): Promise<Decoded['bad']> {
  return database.write(async (trx) => {
    const first: Decoded['bad'][number][] = [];
    for (const each of bad) {
      const row = { hash: each.row.hash, reason: each.reason, at: now };
      if (await insertIfAbsent(database.engine, trx, 'sb_rejects', [row])) first.push(each);
    }
    return first;
  });
}

/** See `Tasker.unassigned`. */
export async function findUnassigned(
  database: SqlDatabase,
  looks: Looks,
  options: SqlTaskerOptions,
  limit: number,
): Promise<Unassigned> {
  for (;;) {
    const { now, rows } = await looks.unassigned(limit);
    const { good, bad } = decodeAlerts(database, rows);
    if (bad.length > 0) {
      const first = await reject(database, bad, now);
      tellOf(options)(first.map(({ row, reason }) => ({ alert: shownHash(row.hash), reason })));
      // Nothing but bad ones, and now out of the way: there may be good ones behind them.
      if (good.length === 0 && first.length > 0) continue;
    }
    if (good.some(({ row }) => row.seen_at === null)) return stamp(database, good);
    const alerts = good.map(({ row, alert }) => seenAt(alert, row.seen_at ?? now));
    if (alerts.length === 0) return { now: new Date(now), crowd: 0, alerts };
    const counted = await selectCrowd(database, database.db);
    return { now: new Date(counted.now), crowd: counted.crowd, alerts };
  }
}
