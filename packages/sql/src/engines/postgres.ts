import { PluginError } from '@securitybot/core';
import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from 'kysely';
import pg from 'pg';
import type { Connection } from '../database.js';
import type { Schema } from '../schema.js';
import { redact } from '../url.js';
import { expectAnswer } from './answer.js';
import { createEras, type Eras } from './eras.js';
import { hostOf, type ServerOptions } from './server-options.js';

const CONNECT_TIMEOUT_MS = 5000;
const KEEP_ALIVE_MS = 10_000;
const OLDEST = 12;

// Types by their number in pg_type, and how schema.ts wants them.
const READERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => (text === 't' ? 1 : 0), // boolean
  20: Number, // bigint
  1114: String, // timestamp without time zone
};

const types: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') =>
    READERS[id] ?? pg.types.getTypeParser(id, format)) as pg.CustomTypesConfig['getTypeParser'],
};

/** The pool's own time-out would count the waiting for a connection that is free, too. */
class ImpatientClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super({ ...config, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  }
}

/** pg's options. What is undefined, pg takes from its own variables (`PGPASSWORD` and the like). */
export function postgresOptions({ url, pool, tls, socket }: ServerOptions): pg.PoolConfig {
  const or = (text: string) => (text === '' ? undefined : decodeURIComponent(text));
  return {
    host: socket ?? or(hostOf(url)),
    port: url.port === '' ? undefined : Number(url.port),
    user: or(url.username),
    password: or(url.password),
    database: or(url.pathname.slice(1)),
    ssl: tls,
    max: pool,
    application_name: 'securitybot',
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types,
  };
}

/** A statement, whose connection is given up when its server falls silent. */
function ask(
  client: pg.ClientBase & { end?(): Promise<void> },
  statement: string,
  parameters: readonly unknown[],
  timeoutMs: number | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const answered = expectAnswer(timeoutMs, (error) => {
      client.end?.().catch(() => {});
      reject(error);
    });
    client
      .query(statement, [...parameters])
      .then(resolve, reject)
      .finally(answered);
  });
}

/** The same connection, given up when its server falls silent, and not used again once its era is over. */
function guard(client: pg.PoolClient, eras: Eras<pg.ClientBase>, timeoutMs: number | undefined): PostgresPoolClient {
  const query = (statement: string, parameters: readonly unknown[]) =>
    ask(client, statement, parameters, timeoutMs).catch((error: unknown) => {
      eras.failed(client, error);
      throw error;
    });
  // Its other form is for cursors, which pg-cursor would bring.
  return {
    query: query as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy || eras.isOver(client)),
  };
}

/** What every session starts with. Waiting for a lock without end would hold up everybody behind us. */
const SESSION = `select set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO', false),
  set_config('lock_timeout', '5s', false), set_config('statement_timeout', $1, false)`;

function createGuardedPool(options: ServerOptions): PostgresPool {
  const { timeoutMs } = options;
  const eras = createEras<pg.ClientBase>();
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const pool = new pg.Pool({
    ...postgresOptions(options),
    Client: ImpatientClient,
    // Not by kysely: a connection that was lost in it would keep its place in the pool for ever.
    async onConnect(client) {
      eras.begin(client);
      // A connection may be lost while idle or between two statements. Whoever uses it next is told by that statement; unheard,
      // the event would end the process.
      client.on('error', () => {});
      await ask(client, SESSION, [String(timeoutMs ?? 0)], timeoutMs);
    },
  });
  pool.on('error', () => {}); // as above
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      let client = await pool.connect();
      while (eras.isOver(client)) {
        client.release(true);
        client = await pool.connect();
      }
      const guarded = known.get(client) ?? guard(client, eras, timeoutMs);
      known.set(client, guarded);
      return guarded;
    },
  };
}

export async function connectPostgres(options: ServerOptions): Promise<Connection> {
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: createGuardedPool(options) }),
  });
  try {
    const { rows } = await sql<{ version: string; encoding: string }>`
      select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding`.execute(
      db,
    );
    const { version = '', encoding = '' } = rows[0] ?? {};
    if (Math.floor(Number(version) / 10_000) < OLDEST) {
      throw new PluginError(
        'REJECTED',
        `sql: ${redact(options.url.href)} is PostgreSQL ${version}; Securitybot needs ${OLDEST} or newer`,
      );
    }
    if (encoding !== 'UTF8') {
      throw new PluginError(
        'REJECTED',
        `sql: the database of ${redact(options.url.href)} has the encoding ${encoding}, which cannot hold every alert. Create it with ENCODING 'UTF8' (and TEMPLATE template0)`,
      );
    }
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const clock = sql<number>`cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)`;
  return { engine: 'postgres', db, clock, columns: {} };
}
