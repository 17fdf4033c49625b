import { PluginError } from '@securitybot/core';
import {
  Kysely,
  MysqlDialect,
  type MysqlPool,
  type MysqlPoolConnection,
  type MysqlQueryResult,
  type RawBuilder,
  sql,
} from 'kysely';
import { createPool, type PoolConnection } from 'mysql2';
import type { Connection } from '../database.js';
import { TEXT_COLUMNS, type TextColumn, type TextColumnFact, type TextColumnFacts } from '../fit.js';
import type { Schema } from '../schema.js';
import { redact } from '../url.js';
import { expectAnswer } from './answer.js';
import { createEras, type Eras } from './eras.js';
import { mysqlOptions } from './mysql-options.js';
import { createStatements } from './mysql-statements.js';
import { readVersion } from './mysql-version.js';
import type { ServerOptions } from './server-options.js';

/**
 * What every session starts with: nothing is cut in silence; backslashes escape, as mysql2 takes for granted when it
 * writes values into statements; times are UTC; nobody waits for a lock for the default of 50 s, or of a day (DDL). How
 * long a statement may take, the two servers call by different names, and read only what is meant for them; MySQL limits SELECTs only.
 */
function session(timeoutMs = 0): RawBuilder<unknown> {
  return sql`set session
    sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    time_zone = '+00:00',
    innodb_lock_wait_timeout = 5,
    lock_wait_timeout = 10
    /*M!100600 , max_statement_time = ${sql.lit(timeoutMs / 1000)} */
    /*!80000 , max_execution_time = ${sql.lit(timeoutMs)} */`;
}
const ISOLATION = sql`set session transaction isolation level read committed`;

/** As our migrations make it. */
const TEXT: TextColumnFact = { characters: Number.POSITIVE_INFINITY, bytes: 65_535, charset: 'utf8mb4' };

/** What the seed's text columns hold here: a database of the original's may have latin1 tables, and sizes of its own. */
async function readColumns(db: Kysely<Schema>): Promise<TextColumnFacts> {
  const { rows } = await sql<{ name: string; characters: number; bytes: number; charset: string; collation: string }>`
    select concat(table_name, '.', column_name) as name, character_maximum_length as characters,
      character_octet_length as bytes, character_set_name as charset, collation_name as collation
    from information_schema.columns
    where table_schema = database() and concat(table_name, '.', column_name) in (${sql.join(TEXT_COLUMNS)})`.execute(
    db,
  );
  const facts: Partial<Record<TextColumn, TextColumnFact>> = { 'alerts.reason': TEXT, 'user_responses.comment': TEXT };
  for (const { name, characters, bytes, charset, collation } of rows) {
    facts[name as TextColumn] = { characters, bytes, charset, ignoresCase: collation.endsWith('_ci') };
  }
  return facts;
}

/** The same connection, given up when its server falls silent, and not used again once its era is over; what it runs again and again is prepared. */
function guard(
  connection: PoolConnection,
  eras: Eras<PoolConnection>,
  timeoutMs: number | undefined,
): MysqlPoolConnection {
  const run = createStatements(connection);
  return {
    config: connection.config,
    threadId: connection.threadId,
    connect: (callback) => connection.connect(callback),
    release: () => (eras.isOver(connection) ? connection.destroy() : connection.release()),
    destroy: () => connection.destroy(),
    query(statement, values, callback) {
      const answered = expectAnswer(timeoutMs, (error) => {
        connection.destroy();
        callback?.(error, []);
      });
      return run(statement, values, (error, result) => {
        answered();
        if (error) eras.failed(connection, error);
        callback?.(error, result as MysqlQueryResult);
      });
    },
  };
}

function createGuardedPool(options: ServerOptions): MysqlPool {
  const pool = createPool(mysqlOptions(options));
  const eras = createEras<PoolConnection>();
  const known = new WeakMap<PoolConnection, MysqlPoolConnection>();
  pool.on('connection', (connection) => {
    eras.begin(connection);
    // A connection may be lost between two statements. The next one tells; unheard, the event would end the process.
    connection.on('error', () => {});
  });
  const guarded = (connection: PoolConnection) => {
    const wrapped = known.get(connection) ?? guard(connection, eras, options.timeoutMs);
    known.set(connection, wrapped);
    return wrapped;
  };
  const getConnection: MysqlPool['getConnection'] = (callback) =>
    pool.getConnection((error, connection) => {
      if (error) callback(error, connection);
      else if (eras.isOver(connection)) {
        connection.destroy();
        getConnection(callback);
      } else callback(error, guarded(connection));
    });
  return { getConnection, end: (callback) => pool.end(callback) };
}

export async function connectMysql(options: ServerOptions): Promise<Connection> {
  const db = new Kysely<Schema>({
    dialect: new MysqlDialect({
      pool: createGuardedPool(options),
      async onCreateConnection(connection) {
        await connection.executeQuery(session(options.timeoutMs).compile(db));
        await connection.executeQuery(ISOLATION.compile(db));
      },
    }),
  });
  try {
    const { rows } = await sql<{ version: string }>`select version() as version`.execute(db);
    const version = rows[0]?.version ?? '';
    const { engine, supported } = readVersion(version);
    if (!supported) {
      throw new PluginError(
        'REJECTED',
        `sql: ${redact(options.url.href)} is ${version}; Securitybot needs MySQL 8.0, MariaDB 10.6, or newer`,
      );
    }
    const clock = sql<number>`cast(unix_timestamp(now(3)) * 1000 as signed)`;
    return { engine, db, clock, columns: await readColumns(db) };
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
