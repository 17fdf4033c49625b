import { PluginError } from '@securitybot/core';
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Engine } from './engine.js';
import { readServerUrl, type ServerOptions } from './engines/server-options.js';
import { toOpeningError } from './errors.js';
import { fitText, type TextColumn, type TextColumnFacts } from './fit.js';
import type { Schema } from './schema.js';
import { redact, schemeOf } from './url.js';
import { runWrite } from './write.js';

export interface SqlDatabase {
  readonly engine: Engine;
  /**
   * For reading, and for single statements. Within `write` use its transaction and nothing else: SQLite has one
   * connection, so that `db` would wait there for itself.
   */
  readonly db: Kysely<Schema>;
  /**
   * Runs a writing transaction: READ COMMITTED on MySQL, MariaDB and PostgreSQL, BEGIN IMMEDIATE on SQLite. After a
   * deadlock, a lock that was not to be had, or a connection lost before the commit, `work` is run again (some times,
   * backed off): it must do nothing but use its transaction. A connection lost in the commit is thrown: whether it
   * happened is not known.
   */
  write<T>(work: (trx: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** The database's clock as an SQL expression: ms since the epoch, a 64-bit integer. With an injected clock: what that says now. */
  nowMs(): RawBuilder<number>;
  /** What the database's clock says. */
  now(): Promise<Date>;
  /**
   * Makes a text fit a column of the seed: cut with a mark where it is too long, and characters that the column cannot hold
   * (an emoji in a latin1 table of an old database; NUL) replaced, so that no text can make a write fail.
   */
  fit(column: TextColumn, text: string): string;
  /** Whether the column's own collation takes capitals for small letters, as far as is known (MySQL, MariaDB). */
  ignoresCase(column: TextColumn): boolean;
  /**
   * Runs the work on a connection of its own, whose statements may take as long as they need: for changes of the schema.
   * SQLite knows no such limit, and has one connection: there it is that.
   */
  unhurried<T>(work: (database: SqlDatabase) => Promise<T>): Promise<T>;
  /** Closes all connections. May be called twice. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** A clock to use in place of the database's, in ms since the epoch: for tests. */
  readonly now?: () => number;
  /** Connections at the most, whatever the URL says; SQLite always has one. Default: what the URL says, or 10. */
  readonly poolSize?: number;
}

/** What an engine brings. */
export interface Connection {
  readonly engine: Engine;
  readonly db: Kysely<Schema>;
  /** The server's clock: ms since the epoch. */
  readonly clock: RawBuilder<number>;
  /** What the seed's text columns hold in this database, where it is less than the engine's tables of ours. */
  readonly columns: TextColumnFacts;
}

/** What is asked for takes the place of what the URL says. */
async function connect(url: string, asked: Partial<Pick<ServerOptions, 'pool' | 'timeoutMs'>>): Promise<Connection> {
  // Drivers are loaded when needed only: whoever uses SQLite should not wait for MySQL's.
  switch (schemeOf(url)) {
    case 'sqlite':
      return (await import('./engines/sqlite.js')).connectSqlite(url);
    case 'mysql':
    case 'mariadb':
      return (await import('./engines/mysql.js')).connectMysql({ ...readServerUrl(url), ...asked });
    case 'postgres':
    case 'postgresql':
      return (await import('./engines/postgres.js')).connectPostgres({ ...readServerUrl(url), ...asked });
    default:
      throw new PluginError(
        'REJECTED',
        `sql: ${JSON.stringify(redact(url))} is no database URL. Use sqlite:PATH, mysql://USER:PASSWORD@HOST/DATABASE, ` +
          'mariadb://… or postgres://…',
      );
  }
}

/**
 * Opens a database by its URL: `sqlite:PATH` (`sqlite::memory:` for one that is gone at the end), `mysql://…` or
 * `mariadb://…` (which of the two it is, the server says), `postgres://…` or `postgresql://…`. Connects once to see that
 * it is there. Throws a PluginError: `UNAVAILABLE` when the server does not answer, `BAD_CREDENTIALS` when it refuses
 * us, `REJECTED` when the URL is wrong or the server too old.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<SqlDatabase> {
  const { now, poolSize } = options;
  return open(url, now, poolSize === undefined ? {} : { pool: poolSize });
}

async function open(
  url: string,
  now: DatabaseOptions['now'],
  asked: Partial<Pick<ServerOptions, 'pool' | 'timeoutMs'>>,
): Promise<SqlDatabase> {
  const connection = await connect(url, asked).catch((error: unknown) => {
    throw toOpeningError(error, `sql: opening ${redact(url)}`);
  });
  const { engine, db, clock, columns } = connection;
  const nowMs = now ? () => fixedClock(engine, now()) : () => clock;
  let closed: Promise<void> | undefined;
  const database: SqlDatabase = {
    engine,
    db,
    nowMs,
    write: (work) => runWrite(engine, db, work),
    async now() {
      const { rows } = await sql<{ now: number }>`select ${nowMs()} as now`.execute(db);
      return new Date(Number(rows[0]?.now));
    },
    fit: (column, text) => fitText(columns, column, text),
    ignoresCase: (column) => columns[column]?.ignoresCase === true,
    async unhurried(work) {
      if (engine === 'sqlite') return work(database);
      const own = await open(url, now, { pool: 1, timeoutMs: undefined });
      return work(own).finally(own.close);
    },
    close() {
      closed ??= db.destroy();
      return closed;
    },
  };
  return database;
}

function fixedClock(engine: Engine, ms: number): RawBuilder<number> {
  const value = sql.lit(Math.trunc(ms));
  return engine === 'postgres' ? sql<number>`cast(${value} as bigint)` : sql<number>`${value}`;
}
