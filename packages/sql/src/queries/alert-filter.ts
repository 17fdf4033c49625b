import { type Cause, normalise, PluginError, type Verdict } from '@securitybot/core';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { isMysqlFamily } from '../engine.js';
import type { TextColumn } from '../fit.js';
import { beginsLike, normalisedSql } from '../login.js';
import { saysAll, wordsOf } from './search.js';

type AlertStatus = 0 | 1 | 2;

/** Which alerts to list. What is absent lets every alert through. */
export interface AlertFilter {
  /** Any of these logins, trimmed and in lower case; an empty list is like none. */
  readonly usernames?: readonly string[];
  /** Any of these titles, trimmed and in lower case; an empty list is like none. */
  readonly titles?: readonly string[];
  /** As in `alert_status`, one or any of several; an empty list is like none. Halves without that row have none of them. */
  readonly status?: AlertStatus | readonly AlertStatus[];
  readonly verdict?: Verdict['kind'];
  readonly cause?: Cause;
  /** The person says it was them; false: all others, those that were not answered among them. */
  readonly performed?: boolean;
  /** They proved it; false: all others. */
  readonly authenticated?: boolean;
  /**
   * When the event happened: at or after, in ms since the epoch, UTC. Where its writer gave no time, it counts as when the alert was first
   * seen; where nobody has seen it yet, as new.
   */
  readonly after?: number;
  /** The same: before. */
  readonly before?: number;
  /**
   * Words, each of which is somewhere in the login, the title, the description, the reason, the url or the comment, whatever its case; or the
   * beginning of the id.
   */
  readonly search?: string;
}

const asciiLower = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** How the engines' `lower` may leave a name that is written all small, all in capitals, or with a capital at the beginning: SQLite's knows ASCII only. */
function spellings(name: string): readonly string[] {
  const small = normalise(name);
  const [first = ''] = small;
  const others = [small.toUpperCase(), first.toUpperCase() + small.slice(first.length)].map(asciiLower);
  return [small, ...others.filter((each) => normalise(each) === small)];
}

/** Holds where the column has one of the names, as far as the engine knows capitals, whatever the column's collation takes for the same. */
function isNamed(database: SqlDatabase, column: TextColumn, names: readonly string[]): RawBuilder<SqlBool> {
  const { engine } = database;
  const values = [...new Set(names.flatMap((name) => spellings(database.fit(column, name))))];
  const stored = normalisedSql(engine, column);
  const exact = isMysqlFamily(engine) ? sql`convert(${stored} using utf8mb4) collate utf8mb4_bin` : stored;
  const isOne = sql<SqlBool>`${exact} in (${sql.join(values)})`;
  if (!database.ignoresCase(column)) return isOne;
  return sql<SqlBool>`${beginsLike(column, values)} and ${isOne}`;
}

/** Whole seconds, because `event_time` holds no parts of one: so rounded, both `before` and `after` mean what they say. */
export function wholeSecond(ms: number, name: 'before' | 'after'): number {
  if (Number.isFinite(ms)) return Math.ceil(ms / 1000) * 1000;
  throw new PluginError('REJECTED', `sql: ${name} is ${ms}; give it ms since the epoch`);
}

/** Alerts that a filter lets through, but for their times. Only the tables it needs are read. */
export function selectMatching(database: SqlDatabase, filter: AlertFilter) {
  const { db, engine } = database;
  const { usernames = [], titles = [], status, verdict, cause, performed, authenticated } = filter;
  const statuses = [status ?? []].flat();
  const words = wordsOf(filter.search);
  const answered = (column: 'performed' | 'authenticated', wanted: boolean | undefined) =>
    sql<SqlBool>`coalesce(${sql.ref(`user_responses.${column}`)} = ${true}, ${false}) = ${wanted === true}`;
  const ended = (column: 'verdict' | 'cause', wanted: string | undefined) => {
    const isSo = sql<SqlBool>`${sql.ref(`sb_tasks.${column}`)} = ${wanted}`;
    // SQLite would read all tasks first, and sort what is left; so it meets them in the order of the list.
    return engine === 'sqlite' ? sql<SqlBool>`likely(${isSo})` : isSo;
  };
  return db
    .selectFrom('alerts')
    .$if(usernames.length > 0, (query) => query.where(isNamed(database, 'alerts.ldap', usernames)))
    .$if(titles.length > 0, (query) => query.where(isNamed(database, 'alerts.title', titles)))
    .$if(statuses.length > 0, (query) =>
      query
        .innerJoin('alert_status', 'alert_status.hash', 'alerts.hash')
        .where(hasStatus(engine === 'sqlite', statuses)),
    )
    .$if(performed !== undefined || authenticated !== undefined || words.length > 0, (query) =>
      query
        .leftJoin('user_responses', 'user_responses.hash', 'alerts.hash')
        .$if(performed !== undefined, (joined) => joined.where(answered('performed', performed)))
        .$if(authenticated !== undefined, (joined) => joined.where(answered('authenticated', authenticated)))
        .$if(words.length > 0, (joined) => joined.where(saysAll(database, words))),
    )
    .$if(verdict !== undefined || cause !== undefined, (query) =>
      query
        .innerJoin('sb_tasks', 'sb_tasks.hash', 'alerts.hash')
        .$if(verdict !== undefined, (joined) => joined.where(ended('verdict', verdict)))
        .$if(cause !== undefined, (joined) => joined.where(ended('cause', cause))),
    );
}

/**
 * SQLite takes every status for as frequent as the others. What is open is rare, so found by its index; what is done is
 * nearly all, so better met in the order of the list (`+`: no index).
 */
function hasStatus(isSqlite: boolean, statuses: readonly AlertStatus[]): RawBuilder<SqlBool> {
  const list = sql.join(statuses);
  if (!isSqlite) return sql<SqlBool>`alert_status.status in (${list})`;
  return statuses.includes(2)
    ? sql<SqlBool>`+alert_status.status in (${list})`
    : sql<SqlBool>`unlikely(alert_status.status in (${list}))`;
}
