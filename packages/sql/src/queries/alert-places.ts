import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { fromSqlTime, toSqlTime } from '../values.js';
import { type AlertFilter, selectMatching, wholeSecond } from './alert-filter.js';

/** When what nobody has seen yet was seen: last of all. */
const UNSEEN = Number.MAX_SAFE_INTEGER;

/** Where an alert stands in a list. */
export interface Place {
  readonly hash: Uint8Array;
  /** ms since the epoch; NaN where the row holds something that is no time. */
  readonly at: number;
  /** As the row has it; undefined: its writer told none. */
  readonly time?: string;
}

/** How far somebody has read in a list: of both kinds of alerts by itself, as no time compares with what is none. */
export interface Position {
  /**
   * What was first seen since then counts as not yet seen, as it did when the list began: ms since the epoch. So nothing moves while the
   * list is read.
   */
  readonly asOf: number;
  /** The last one whose writer told the time. Absent: none yet. */
  readonly timed?: { readonly time: string; readonly hash: Uint8Array };
  /** The last one whose writer told none. */
  readonly untimed?: { readonly at: number; readonly hash: Uint8Array };
}

export interface PlacesRequest {
  readonly filter: AlertFilter;
  readonly direction: 'asc' | 'desc';
  readonly limit: number;
  readonly from: Position;
  /** The last one to look at of those whose writer told the time. Absent: all. */
  readonly until?: Place;
}

/** Hashes sort as bytes; in SQLite others may have written them as text. */
const hashOrder = ({ engine }: SqlDatabase): RawBuilder<unknown> =>
  engine === 'sqlite' ? sql`cast(alerts.hash as blob)` : sql`alerts.hash`;

/** Written so that the engines find the range in the index. */
function compare(
  place: Pick<Place, 'time' | 'hash'> | undefined,
  order: RawBuilder<unknown>,
  hashIs: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  const { time, hash } = place ?? {};
  const column = sql.ref('alerts.event_time');
  return sql<SqlBool>`${column} ${order}= ${time} and (${column} ${order} ${time} or ${hashIs} ${hash})`;
}

/** Those whose writer told the time, behind the position, by the index of their times. */
function behindTimed(database: SqlDatabase, { filter, direction, from, until }: PlacesRequest) {
  const { after, before } = filter;
  const [behind, ahead] = direction === 'desc' ? [sql`<`, sql`>`] : [sql`>`, sql`<`];
  const hash = hashOrder(database);
  return selectMatching(database, filter)
    .where('alerts.event_time', 'is not', null)
    .$if(after !== undefined, (query) =>
      query.where('alerts.event_time', '>=', toSqlTime(wholeSecond(after ?? 0, 'after'))),
    )
    .$if(before !== undefined, (query) =>
      query.where('alerts.event_time', '<', toSqlTime(wholeSecond(before ?? 0, 'before'))),
    )
    .$if(from.timed !== undefined, (query) => query.where(compare(from.timed, behind, sql`${hash} ${behind}`)))
    .$if(until !== undefined, (query) => query.where(compare(until, ahead, sql`${hash} ${ahead}=`)))
    .orderBy('alerts.event_time', direction)
    .orderBy(hash, direction)
    .select(['alerts.hash', 'alerts.event_time']);
}

export async function selectTimed(database: SqlDatabase, request: PlacesRequest): Promise<Place[]> {
  const rows = await behindTimed(database, request).limit(request.limit).execute();
  return rows.map(({ hash, event_time }) => ({ hash, at: fromSqlTime(event_time), time: String(event_time) }));
}

/** The one that is so many behind the position, counted from 1. Undefined: there are fewer. */
export async function selectTimedAfter(
  database: SqlDatabase,
  request: PlacesRequest,
  count: number,
): Promise<Place | undefined> {
  const row = await behindTimed(database, request)
    .limit(1)
    .offset(count - 1)
    .executeTakeFirst();
  return row && { hash: row.hash, at: fromSqlTime(row.event_time), time: String(row.event_time) };
}

/** Those whose writer told no time; mostly there are none. When they were first seen is known to the ms. */
export async function selectUntimed(database: SqlDatabase, request: PlacesRequest): Promise<Place[]> {
  const { filter, direction, limit, from } = request;
  const { after, before } = filter;
  const { asOf, untimed } = from;
  const at = sql<number>`case when seen.seen_at < ${sql.lit(asOf)} then seen.seen_at else ${sql.lit(UNSEEN)} end`;
  const further = direction === 'desc' ? sql`<` : sql`>`;
  const rows = await selectMatching(database, filter)
    .leftJoin('sb_tasks as seen', 'seen.hash', 'alerts.hash')
    .select(['alerts.hash', at.as('at')])
    .where('alerts.event_time', 'is', null)
    .$if(after !== undefined, (query) => query.where(at, '>=', Math.ceil(after ?? 0)))
    .$if(before !== undefined, (query) => query.where(at, '<', Math.ceil(before ?? 0)))
    .$if(untimed !== undefined, (query) =>
      query.where(
        sql<SqlBool>`(${at} ${further} ${untimed?.at} or (${at} = ${untimed?.at} and ${hashOrder(database)} ${further} ${untimed?.hash}))`,
      ),
    )
    .orderBy('at', direction)
    .orderBy(hashOrder(database), direction)
    .limit(limit)
    .execute();
  return rows.map(({ hash, at: seen }) => ({ hash, at: Number(seen) }));
}

/** Two lists in one order, as one. */
export function merge(timed: readonly Place[], untimed: readonly Place[], direction: 'asc' | 'desc'): Place[] {
  const rest = [...untimed];
  const merged = timed.flatMap((place) => {
    const count = rest.findIndex(({ at }) => !(direction === 'desc' ? at > place.at : at < place.at));
    return [...rest.splice(0, count < 0 ? rest.length : count), place];
  });
  return [...merged, ...rest];
}

/** How far somebody has read who has read these. */
export function positionAfter(from: Position, places: readonly Place[]): Position {
  const timed = places.findLast(({ time }) => time !== undefined);
  const untimed = places.findLast(({ time }) => time === undefined);
  return {
    ...from,
    ...(timed?.time !== undefined && { timed: { time: timed.time, hash: timed.hash } }),
    ...(untimed && { untimed: { at: untimed.at, hash: untimed.hash } }),
  };
}
