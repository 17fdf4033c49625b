import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { Connection } from '../database.js';
import { isBusy } from '../errors.js';
import type { Schema } from '../schema.js';

// SQLite's own waiting blocks the process; ours does not. So it waits for moments, and we for the rest.
const BLOCKING_MS = 20;
const PATIENCE_MS = 10_000;
const PAUSE_MS = 15;

/** `node:sqlite` without the warning that Node.js 22 prints for it; other warnings are let through. */
function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).includes('SQLite is an experimental feature')) emitWarning.call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Runs again what met another connection's lock, for a while. A statement that met one has done nothing. */
async function patiently<T>(run: () => T): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return run();
    } catch (error) {
      if (!isBusy(error) || performance.now() > end) throw error;
    }
    await delay(PAUSE_MS * (0.5 + Math.random()));
  }
}

const bind = (value: unknown) => (typeof value === 'boolean' ? Number(value) : value) as SQLInputValue;

function run(database: DatabaseSync, query: CompiledQuery): QueryResult<Record<string, SQLOutputValue>> {
  const statement = database.prepare(query.sql);
  const parameters = query.parameters.map(bind);
  if (statement.columns().length > 0) return { rows: statement.all(...parameters) };
  const { changes, lastInsertRowid } = statement.run(...parameters);
  return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
}

/** kysely's driver of `node:sqlite`: one connection; transactions begin IMMEDIATE, for one that reads first and writes later may fail half-way. */
function sqliteDriver(database: DatabaseSync): Driver {
  const connection: DatabaseConnection = {
    executeQuery: <R>(query: CompiledQuery) => patiently(() => run(database, query)) as Promise<QueryResult<R>>,
    async *streamQuery<R>(query: CompiledQuery) {
      const rows = database.prepare(query.sql).iterate(...query.parameters.map(bind));
      for (const row of rows) yield { rows: [row as R] };
    },
  };
  const execute = async (statement: string) => {
    await connection.executeQuery(CompiledQuery.raw(statement));
  };
  return {
    init: async () => {},
    async acquireConnection() {
      await nextTurn(); // statements take no turn of the event loop; a long row of them would keep out everything else
      return connection;
    },
    beginTransaction: (_, { accessMode }) => execute(accessMode === 'read only' ? 'begin' : 'begin immediate'),
    commitTransaction: () => execute('commit'),
    async rollbackTransaction() {
      // Some errors (a full disk) have rolled back already.
      if (database.isTransaction ?? true) await execute('rollback');
    },
    releaseConnection: async () => {},
    destroy: async () => database.close(),
  };
}

/** What follows `sqlite:`; with the slashes of a URL (`sqlite:///var/lib/x.db`) or without (`sqlite:x.db`). */
function pathOf(url: string): string {
  return url.slice('sqlite:'.length).replace(/^\/\//, '');
}

export async function connectSqlite(url: string): Promise<Connection> {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(pathOf(url), { timeout: BLOCKING_MS });
  const db = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => sqliteDriver(database),
      createIntrospector: (any) => new SqliteIntrospector(any),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  try {
    await sql`pragma journal_mode = wal`.execute(db);
    // What was committed is there after a power failure, too.
    await sql`pragma synchronous = full`.execute(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const clock = sql<number>`cast(round(unixepoch('subsec') * 1000) as integer)`;
  return { engine: 'sqlite', db, clock, columns: {} };
}
