import { type RawBuilder, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { isMysqlFamily } from '../engine.js';
import { normalisedSql } from '../login.js';
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
    /** Half of them, and nine of ten, took that long at the most: ms. Null: there is none. */
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

const countOf = (condition: RawBuilder<unknown>) => sql<number>`sum(case when ${condition} then 1 else 0 end)`;
const verdictIs = (kind: string) => countOf(sql`sb_tasks.verdict = ${kind}`);
const COUNTS = [
  sql<number>`count(*)`.as('alerts'),
  verdictIs('confirmed').as('confirmed'),
  verdictIs('escalated').as('escalated'),
  verdictIs('muted').as('muted'),
] as const;

type CountRow = { readonly [K in keyof Omit<VerdictCounts, 'open'>]: unknown };

function countsOf(row: CountRow): VerdictCounts {
  const [alerts, confirmed, escalated, muted] = [row.alerts, row.confirmed, row.escalated, row.muted].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return { alerts, confirmed, escalated, muted, open: alerts - confirmed - escalated - muted };
}

async function selectDays(database: SqlDatabase, request: StatsRequest) {
  const divide = isMysqlFamily(database.engine) ? sql`div` : sql`/`;
  const day = sql<number>`sb_tasks.seen_at ${divide} ${sql.lit(DAY_MS)}`;
  return seen(database, request).select(day.as('day')).select(COUNTS).groupBy('day').orderBy('day').execute();
}

async function selectCauses(database: SqlDatabase, request: StatsRequest) {
  return seen(database, request)
    .where('cause', 'is not', null)
    .select(['cause', sql<number>`count(*)`.as('alerts')])
    .groupBy('cause')
    .orderBy('alerts', 'desc')
    .orderBy('cause')
    .execute();
}

async function selectTop(database: SqlDatabase, request: StatsRequest, column: 'alerts.title' | 'alerts.ldap') {
  return seen(database, request)
    .innerJoin('alerts', 'alerts.hash', 'sb_tasks.hash')
    .select(normalisedSql(database.engine, column).as('name'))
    .select(COUNTS)
    .groupBy('name')
    .orderBy('alerts', 'desc')
    .orderBy('name')
    .limit(request.top ?? 50)
    .execute();
}

const tookMs = sql<number>`sb_tasks.answered_at - sb_tasks.asked_at`;
const answered = (database: SqlDatabase, request: StatsRequest) =>
  seen(database, request).where('asked_at', 'is not', null).where('answered_at', 'is not', null);

/** How many took up to so long: the last of all, how many there are. */
async function selectWithin(database: SqlDatabase, request: StatsRequest): Promise<readonly number[]> {
  const row = await answered(database, request)
    .select(sql<number>`count(*)`.as('all'))
    .select(WITHIN.map((ms) => countOf(sql`${tookMs} <= ${sql.lit(ms)}`).as(`within${ms}`)))
    .executeTakeFirst();
  const counts: Readonly<Record<string, unknown>> = row ?? {};
  return [...WITHIN.map((ms) => Number(counts[`within${ms}`] ?? 0)), Number(counts.all ?? 0)];
}

/** The one at that place, counted from 0, of all in their order. */
async function selectNth(database: SqlDatabase, request: StatsRequest, n: number): Promise<number | null> {
  const row = await answered(database, request)
    .select(tookMs.as('ms'))
    .orderBy('ms')
    .limit(1)
    .offset(n)
    .executeTakeFirst();
  return row ? Number(row.ms) : null;
}

async function readAnswers(database: SqlDatabase, request: StatsRequest): Promise<AlertStats['answers']> {
  const upTo = await selectWithin(database, request);
  const count = upTo.at(-1) ?? 0;
  const place = (share: number) => selectNth(database, request, Math.ceil(count * share) - 1);
  return {
    count,
    medianMs: count > 0 ? await place(0.5) : null,
    p90Ms: count > 0 ? await place(0.9) : null,
    within: upTo.map((each, n) => ({ ms: WITHIN[n] ?? null, count: each - (upTo[n - 1] ?? 0) })),
  };
}

async function read(database: SqlDatabase, request: StatsRequest): Promise<AlertStats> {
  const days = (await selectDays(database, request)).map((row) => ({
    day: Number(row.day) * DAY_MS,
    ...countsOf(row),
  }));
  const sum = (key: keyof VerdictCounts) => days.reduce((all, day) => all + day[key], 0);
  const titles = await selectTop(database, request, 'alerts.title');
  const people = await selectTop(database, request, 'alerts.ldap');
  return {
    total: {
      alerts: sum('alerts'),
      confirmed: sum('confirmed'),
      escalated: sum('escalated'),
      muted: sum('muted'),
      open: sum('open'),
    },
    days,
    causes: (await selectCauses(database, request)).map(({ cause, alerts }) => ({
      cause: cause ?? '',
      alerts: Number(alerts),
    })),
    answers: await readAnswers(database, request),
    titles: titles.map((row) => ({ title: textOf(row.name), ...countsOf(row) })),
    people: people.map((row) => ({ username: textOf(row.name), ...countsOf(row) })),
  };
}

/** Figures about the alerts that were first seen in that time. Throws a PluginError where the database does not answer. */
export function readStats(database: SqlDatabase, request: StatsRequest): Promise<AlertStats> {
  return reading('figures', read(database, request));
}
