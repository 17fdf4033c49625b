import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, describe } from 'vitest';
import { type DatabaseOptions, openDatabase, type SqlDatabase } from './database.js';
import type { Engine } from './engine.js';
import { migrate } from './migrations/migrate.js';
import { serverVersion } from './queries/server-version.js';

/** A database engine to test on. */
export interface TestEngine {
  readonly name: 'SQLite' | 'MySQL' | 'PostgreSQL';
  /** What answers there, with its version: `MariaDB 10.11.19`. */
  readonly product: string;
  /**
   * Opens this test file's database, migrated: each call another set of connections to the same. Before each test its
   * tables are emptied, after each test all is closed, at the end it is dropped.
   */
  open(options?: DatabaseOptions): Promise<SqlDatabase>;
  /** A new database without any table, dropped at the end. @returns its URL. */
  create(): Promise<string>;
}

interface Server {
  readonly name: TestEngine['name'];
  /** Makes an empty database. */
  create(): Promise<{ readonly url: string; drop(): Promise<void> }>;
}

const sqlite: Server = {
  name: 'SQLite',
  async create() {
    const folder = mkdtempSync(join(tmpdir(), 'securitybot-'));
    return { url: `sqlite:${join(folder, 'test.db')}`, drop: async () => rmSync(folder, { recursive: true }) };
  },
};

function server(name: TestEngine['name'], url: string): Server {
  const administer = async (statement: string) => {
    const database = await openDatabase(url, { poolSize: 1 });
    await sql.raw(statement).execute(database.db).finally(database.close);
  };
  return {
    name,
    async create() {
      const database = `securitybot_test_${randomBytes(8).toString('hex')}`;
      await administer(`create database ${database}`);
      const made = new URL(url);
      made.pathname = `/${database}`;
      return {
        url: made.href,
        drop: () => administer(`drop database ${database}${name === 'PostgreSQL' ? ' with (force)' : ''}`),
      };
    },
  };
}

const SERVERS: readonly { readonly name: TestEngine['name']; readonly variable: string; readonly url: string }[] = [
  { name: 'MySQL', variable: 'SECURITYBOT_TEST_MYSQL_URL', url: 'mysql://root@127.0.0.1:3306/' },
  {
    name: 'PostgreSQL',
    variable: 'SECURITYBOT_TEST_POSTGRES_URL',
    url: 'postgres://postgres@127.0.0.1:5432/postgres',
  },
];

const PRODUCTS: Readonly<Record<Engine, string>> = {
  sqlite: 'SQLite',
  mysql: 'MySQL',
  mariadb: 'MariaDB',
  postgres: 'PostgreSQL',
};

/** What answers at that URL, with its version; or why nothing does. */
async function look(url: string): Promise<{ readonly product: string } | { readonly reason: string }> {
  try {
    const database = await openDatabase(url, { poolSize: 1 });
    const version = await serverVersion(database).finally(database.close);
    return { product: `${PRODUCTS[database.engine]} ${/^[\d.]*/.exec(version)?.[0]}` };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

function describeEngine(server: Server, product: string, body: (engine: TestEngine) => void): void {
  describe(product, () => {
    const made: { drop(): Promise<void> }[] = [];
    const opened: SqlDatabase[] = [];
    let shared: Promise<string> | undefined;

    async function create(): Promise<string> {
      const { url, drop } = await server.create();
      made.push({ drop });
      return url;
    }

    async function createMigrated(): Promise<string> {
      const url = await create();
      const database = await openDatabase(url);
      await migrate(database).finally(database.close);
      return url;
    }

    beforeEach(async () => {
      if (!shared) return;
      const database = await openDatabase(await shared, { poolSize: 1 });
      await empty(database).finally(database.close);
    });
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((database) => database.close()));
    });
    afterAll(async () => {
      await Promise.all(made.splice(0).map((database) => database.drop()));
    });

    body({
      name: server.name,
      product,
      create,
      async open(options) {
        shared ??= createMigrated();
        const database = await openDatabase(await shared, options);
        opened.push(database);
        return database;
      },
    });
  });
}

const TABLES = [
  'alerts',
  'alert_status',
  'user_responses',
  'ignored',
  'blacklist',
  'sb_tasks',
  'sb_conversations',
  'sb_mutes',
  'sb_opt_outs',
  'sb_rejects',
  'sb_pruned',
  'sb_tokens',
  'sb_sessions',
  'sb_sign_in_links',
  'sb_audit',
  'sb_passkeys',
  'sb_enrolments',
  'sb_proofs',
] as const;

async function empty({ db }: SqlDatabase): Promise<void> {
  for (const table of TABLES) await db.deleteFrom(table).execute();
}

/**
 * Describes the same tests for every engine, on real databases: SQLite in a temporary file; MySQL or MariaDB, and
 * PostgreSQL, where the variables say (or on this machine): a server that does not answer is skipped with the reason
 * printed, and under `CI` is an error. What they ran on is printed. To be awaited at the top level of a test file of vitest.
 */
export function forEachEngine(body: (engine: TestEngine) => void): Promise<void> {
  const product = `SQLite ${process.versions.sqlite}`;
  describeEngine(sqlite, product, body);
  return describeServers([product], body);
}

/** The same for those that are servers: for what a file cannot do, such as going away. */
export function forEachServer(body: (engine: TestEngine) => void): Promise<void> {
  return describeServers([], body);
}

async function describeServers(before: readonly string[], body: (engine: TestEngine) => void): Promise<void> {
  const products = [...before];
  for (const { name, variable, url: usual } of SERVERS) {
    const url = process.env[variable] ?? usual;
    const found = await look(url);
    if ('product' in found) {
      products.push(found.product);
      describeEngine(server(name, url), found.product, body);
    } else if (process.env.CI) throw new Error(`Tests on ${name} are required under CI (${variable}): ${found.reason}`);
    else {
      console.warn(`SKIPPED on ${name} (${variable}): ${found.reason}`);
      describe.skip(name, () => body({ name, product: name, open: skipped, create: skipped }));
    }
  }
  console.info(`Tested on ${products.join(', ') || 'no server'}`);
}

async function skipped(): Promise<never> {
  throw new Error('This engine is skipped');
}
