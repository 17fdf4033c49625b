import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrate, openDatabase } from '@securitybot/sql';
import { createPool } from 'mysql2/promise';
import { Pool } from 'pg';

type Statement = readonly [sql: string, values: readonly unknown[]];

/** How the raw floor writes: one connection's bare statements. */
export interface RawConnection {
  /** The statements, and a commit. */
  transaction(statements: readonly Statement[]): Promise<void>;
}

/** A database to measure on, migrated, and gone when it is closed. */
export interface Ground {
  readonly url: string;
  /** The engine's booleans. */
  readonly no: unknown;
  readonly yes: unknown;
  /** Bare connections to it. */
  connect(count: number): Promise<readonly RawConnection[]>;
  close(): Promise<void>;
}

/** An engine that answers here. */
export interface BenchEngine {
  readonly name: string;
  create(): Promise<Ground>;
}

const MYSQL_URL = process.env.SECURITYBOT_TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/';
const POSTGRES_URL = process.env.SECURITYBOT_TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

function named(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

const newName = () => `securitybot_bench_${randomBytes(4).toString('hex')}`;

async function migrated(url: string): Promise<void> {
  const database = await openDatabase(url);
  await migrate(database).finally(database.close);
}

const sqlite: BenchEngine = {
  name: 'SQLite',
  async create() {
    const folder = mkdtempSync(join(tmpdir(), 'securitybot-bench-'));
    const path = join(folder, 'bench.db');
    const open: DatabaseSync[] = [];
    await migrated(`sqlite:${path}`);
    return {
      url: `sqlite:${path}`,
      no: 0,
      yes: 1,
      async connect() {
        const database = new DatabaseSync(path, { timeout: 10_000 }); // more connections would only wait for each other
        database.exec('pragma journal_mode = wal; pragma synchronous = full');
        open.push(database);
        return [
          {
            async transaction(statements) {
              database.exec('begin immediate');
              for (const [sql, values] of statements)
                database.prepare(sql).run(...(values as (string | number | Buffer)[]));
              database.exec('commit');
              await new Promise((resolve) => setImmediate(resolve)); // others have their turn
            },
          },
        ];
      },
      async close() {
        for (const database of open) database.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
};

async function mysql(): Promise<BenchEngine> {
  const admin = createPool({ uri: MYSQL_URL, connectionLimit: 1 });
  const [rows] = await admin.query('select version() as version').finally(() => admin.end());
  const [server] = rows as unknown as [{ version: string }];
  return {
    name: /mariadb/i.test(server.version) ? 'MariaDB' : 'MySQL',
    async create() {
      const name = newName();
      const url = named(MYSQL_URL, name);
      const root = createPool({ uri: MYSQL_URL, connectionLimit: 1 });
      await root.query(`create database ${name}`);
      await migrated(url);
      const pool = createPool({ uri: url, connectionLimit: 64 });
      return {
        url,
        no: 0,
        yes: 1,
        async connect(count) {
          const connections = await Promise.all(Array.from({ length: count }, () => pool.getConnection()));
          return connections.map((connection) => ({
            async transaction(statements: readonly Statement[]) {
              await connection.query('begin');
              for (const [sql, values] of statements) await connection.query(sql, [...values]);
              await connection.query('commit');
            },
          }));
        },
        async close() {
          await pool.end();
          await root.query(`drop database ${name}`);
          await root.end();
        },
      };
    },
  };
}

async function postgres(): Promise<BenchEngine> {
  const admin = new Pool({ connectionString: POSTGRES_URL, max: 1 });
  await admin.query('select 1').finally(() => admin.end());
  return {
    name: 'PostgreSQL',
    async create() {
      const name = newName();
      const url = named(POSTGRES_URL, name);
      const root = new Pool({ connectionString: POSTGRES_URL, max: 1 });
      await root.query(`create database ${name}`);
      await migrated(url);
      const pool = new Pool({ connectionString: url, max: 64 });
      pool.on('error', () => undefined); // dropped under it at the end
      return {
        url,
        no: false,
        yes: true,
        async connect(count) {
          const clients = await Promise.all(Array.from({ length: count }, () => pool.connect()));
          for (const client of clients) client.on('error', () => undefined);
          return clients.map((client) => ({
            async transaction(statements: readonly Statement[]) {
              await client.query('begin');
              for (const [sql, values] of statements) {
                let n = 0;
                await client.query(
                  sql.replace(/\?/g, () => `$${++n}`),
                  [...values],
                );
              }
              await client.query('commit');
            },
          }));
        },
        async close() {
          await root.query(`drop database ${name} with (force)`);
          await root.end();
        },
      };
    },
  };
}

/** The engines that answer here; the others are named with the reason. */
export async function findEngines(): Promise<{
  readonly engines: readonly BenchEngine[];
  readonly missing: readonly string[];
}> {
  const engines: BenchEngine[] = [sqlite];
  const missing: string[] = [];
  for (const [name, find] of Object.entries({ MySQL: mysql, PostgreSQL: postgres })) {
    try {
      engines.push(await find());
    } catch (error) {
      missing.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { engines, missing };
}
