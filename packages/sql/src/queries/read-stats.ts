import { setImmediate } from 'node:timers/promises';
import { normalise } from '@securitybot/core';
import { type RawBuilder, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { isMysqlFamily } from '../engine.js';
import { textOf } from './alert-row.js';
import { reading } from './reading.js';

/** Alerts counted by how they ended. */
export interface VerdictCounts {
  readonly alerts: number;
  readonly confirmed: number;
  readonly escalated: number;
  readonly muted: number;
  /** Without a verdict so far. */
  readonly open: number;
}

export interface AlertStats {
  readonly total: VerdictCounts;
  /** By the day of their first sight, in UTC: ms since the epoch at its beginning. Days without any are left out. */
  readonly days: readonly (VerdictCounts & { readonly day: number })[];
  /** The most frequent first. */
  readonly causes: readonly { readonly cause: string; readonly alerts: number }[];
  /** From the first question to the answer. */
  readonly answers: {
    readonly count: number;
    /** Half of them, and nine of ten, took that long at the most: ms, in whole seconds. Null: there is none. */
    readonly medianMs: number | null;
    readonly p90Ms: number | null;
    /** How many took up to so many ms, and longer than the one before; null: longer than all. */
    readonly within: readonly { readonly ms: number | null; readonly count: number }[];
  };
  /** Those with the most alerts. */
  readonly titles: readonly (VerdictCounts & { readonly title: string })[];
  readonly people: readonly (VerdictCounts & { readonly username: string })[];
}

/** Alerts first seen at or after, and before: ms since the epoch, UTC. */
export interface StatsRequest {
  readonly after: number;
  readonly before: number;
  /** How many titles and people. Default 50. */
  readonly top?: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const WITHIN = [1, 5, 15, 30, 60, 120, 240, 480, 1440].map((minutes) => minutes * MINUTE_MS);

const seen = ({ db }: SqlDatabase, { after, before }: StatsRequest) =>
  db.selectFrom('sb_tasks').where('sb_tasks.seen_at', '>=', after).where('sb_tasks.seen_at', '<', before);

const COUNT = sql<number>`count(*)`;
const NONE: VerdictCounts = { alerts: 0, confirmed: 0, escalated: 0, muted: 0, open: 0 };

interface Counted {
  readonly verdict: string | null;
  readonly alerts: unknown;
}

function added(counts: VerdictCounts, { verdict, alerts }: Counted): VerdictCounts {
  const kind = verdict === 'confirmed' || verdict === 'escalated' || verdict === 'muted' ? verdict : 'open';
  const more = Number(alerts);
  return { ...counts, alerts: counts.alerts + more, [kind]: counts[kind] + more };
}

/** Rows counted together by a key of theirs, in the order in which the keys first come. */
function countedBy<Row extends Counted, Key>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
): ReadonlyMap<Key, VerdictCounts> {
  const counts = new Map<Key, VerdictCounts>();
  for (const row of rows) {
    const key = keyOf(row);
    counts.set(key, added(counts.get(key) ?? NONE, row));
  }
  return counts;
}

const whole = ({ engine }: SqlDatabase, value: RawBuilder<number>, unit: number) =>
  sql<number>`(${value}) ${isMysqlFamily(engine) ? sql`div` : sql`/`} ${sql.lit(unit)}`;

async function selectDays(database: SqlDatabase, request: StatsRequest) {
  return seen(database, request)
    .select(whole(database, sql`sb_tasks.seen_at`, DAY_MS).as('day'))
    .select(['verdict', 'cause', COUNT.as('alerts')])
    .groupBy(['day', 'verdict', 'cause'])
    .orderBy('day')
    .execute();
}

/** As their writers spelt them: what is the same in lower case, is put together afterwards. */
async function selectNames(database: SqlDatabase, request: StatsRequest, column: 'alerts.title' | 'alerts.ldap') {
  return seen(database, request)
    .innerJoin('alerts', 'alerts.hash', 'sb_tasks.hash')
    .select([`${column} as name`, 'sb_tasks.verdict', COUNT.as('alerts')])
    .groupBy([column, 'sb_tasks.verdict'])
    .execute();
}

/** How many answers took how many seconds. */
async function selectSeconds(database: SqlDatabase, request: StatsRequest) {
  return seen(database, request)
    .where('asked_at', 'is not', null)
    .where('answered_at', 'is not', null)
    .select([whole(database, sql`answered_at - asked_at`, 1000).as('seconds'), COUNT.as('answers')])
    .groupBy('seconds')
    .execute();
}

/** Alerts in one slice: SQLite counts them in some 10 ms. */
const SLICE = 5000;

/** The time behind so many alerts; undefined: there are fewer. */
async function selectSliceEnd(database: SqlDatabase, request: StatsRequest): Promise<number | undefined> {
  const query = seen(database, request).select('seen_at').orderBy('seen_at').offset(SLICE).limit(1);
  return (await query.executeTakeFirst())?.seen_at ?? undefined;
}

/**
 * The rows of a time. SQLite's are read slice by slice, as it works in this very process, where a bot may have other things to do; what is
 * counted in several slices is to be put together.
 */
async function sliced<Row>(
  database: SqlDatabase,
  request: StatsRequest,
  select: (database: SqlDatabase, request: StatsRequest) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  if (database.engine !== 'sqlite') return select(database, request);
  const rows: Row[] = [];
  for (let { after } = request; ; ) {
    const end = await selectSliceEnd(database, { ...request, after });
    // So many of one moment are one slice.
    const before = end === undefined ? request.before : Math.max(end, after + 1);
    rows.push(...(await select(database, { ...request, after, before })));
    if (end === undefined) return rows;
    after = before;
    await setImmediate();
  }
}

const byText = (a: string, b: string) => (a < b ? -1 : Number(a > b));

async function readTop(database: SqlDatabase, request: StatsRequest, column: 'alerts.title' | 'alerts.ldap') {
  const rows = await sliced(database, request, (_, slice) => selectNames(database, slice, column));
  return [...countedBy(rows, ({ name }) => normalise(textOf(name)))]
    .sort(([a, one], [b, other]) => other.alerts - one.alerts || byText(a, b))
    .slice(0, request.top ?? 50);
}

async function readAnswers(database: SqlDatabase, request: StatsRequest): Promise<AlertStats['answers']> {
  let count = 0;
  const counts = new Map<number, number>();
  for (const { seconds, answers } of await sliced(database, request, selectSeconds)) {
    counts.set(Number(seconds), (counts.get(Number(seconds)) ?? 0) + Number(answers));
  }
  const rows = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([seconds, answers]) => {
      count += answers;
      return { ms: seconds * 1000, upTo: count };
    });
  const upTo = (most: number) => rows.findLast(({ ms }) => ms <= most)?.upTo ?? 0;
  const place = (share: number) => rows.find((row) => row.upTo >= count * share)?.ms ?? null;
  const within = WITHIN.map((ms, n) => ({ ms, count: upTo(ms) - upTo(WITHIN[n - 1] ?? Number.NEGATIVE_INFINITY) }));
  const longer = count - upTo(WITHIN.at(-1) ?? 0);
  return { count, medianMs: place(0.5), p90Ms: place(0.9), within: [...within, { ms: null, count: longer }] };
}

async function read(database: SqlDatabase, request: StatsRequest): Promise<AlertStats> {
  const rows = await sliced(database, request, selectDays);
  const days = countedBy(rows, ({ day }) => Number(day) * DAY_MS);
  const causes = countedBy(
    rows.filter(({ cause }) => cause !== null),
    ({ cause }) => cause ?? '',
  );
  return {
    total: rows.reduce(added, NONE),
    days: [...days].map(([day, counts]) => ({ day, ...counts })),
    causes: [...causes]
      .map(([cause, { alerts }]) => ({ cause, alerts }))
      .sort((a, b) => b.alerts - a.alerts || byText(a.cause, b.cause)),
    answers: await readAnswers(database, request),
    titles: (await readTop(database, request, 'alerts.title')).map(([title, counts]) => ({ title, ...counts })),
    people: (await readTop(database, request, 'alerts.ldap')).map(([username, counts]) => ({ username, ...counts })),
  };
}

/** Figures about the alerts that were first seen in that time. Throws a PluginError where the database does not answer. */
export function readStats(database: SqlDatabase, request: StatsRequest): Promise<AlertStats> {
  return reading('figures', read(database, request));
}
