import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPool, type PoolConnection } from 'mysql2/promise';
import { Pool, type PoolClient } from 'pg';

/** How the raw floor writes: one connection's bare statements, a commit each transaction. */
interface RawConnection {
  transaction(statements: readonly (readonly [sql: string, values: readonly unknown[]])[]): Promise<void>;
}

/** A database to measure on, empty, and gone when it is closed. */
export interface BenchEngine {
  readonly name: string;
  readonly url: string;
  /** Bare connections to it. */
  connect(count: number): Promise<readonly RawConnection[]>;
  close(): Promise<void>;
}

const MYSQL_URL = process.env.SECURITYBOT_TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306/';
const POSTGRES_URL = process.env.SECURITYBOT_TEST_POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

function named(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function sqlite(): Promise<BenchEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-bench-'));
  const path = join(folder, 'bench.db');
  const open: DatabaseSync[] = [];
  return {
    name: 'SQLite',
    url: `sqlite:${path}`,
    async connect() {
      const database = new DatabaseSync(path, { timeout: 5000 }); // more connections would only wait for each other
      database.exec('pragma journal_mode = wal; pragma synchronous = full');
      open.push(database);
      return [
        {
          async transaction(statements) {
            database.exec('begin immediate');
            for (const [sql, values] of statements)
              database.prepare(sql).run(...(values as (string | number | Buffer)[]));
            database.exec('commit');
          },
        },
      ];
    },
    async close() {
      for (const database of open) database.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function mysql(): Promise<BenchEngine> {
  const database = `securitybot_bench_${randomBytes(4).toString('hex')}`;
  const admin = createPool({ uri: MYSQL_URL, connectionLimit: 1 });
  const [[server]] = (await admin.query('select version() as version')) as unknown as [[{ version: string }]];
  await admin.query(`create database ${database}`);
  const pool = createPool({ uri: named(MYSQL_URL, database), connectionLimit: 8 });
  const taken: PoolConnection[] = [];
  return {
    name: /mariadb/i.test(server.version) ? 'MariaDB' : 'MySQL',
    url: named(MYSQL_URL, database),
    connect: (count) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const connection = await pool.getConnection();
          taken.push(connection);
          return {
            async transaction(statements: readonly (readonly [string, readonly unknown[]])[]) {
              await connection.query('begin');
              for (const [sql, values] of statements) await connection.query(sql, [...values]);
              await connection.query('commit');
            },
          };
        }),
      ),
    async close() {
      for (const connection of taken) connection.release();
      await pool.end();
      await admin.query(`drop database ${database}`);
      await admin.end();
    },
  };
}

async function postgres(): Promise<BenchEngine> {
  const database = `securitybot_bench_${randomBytes(4).toString('hex')}`;
  const admin = new Pool({ connectionString: POSTGRES_URL, max: 1 });
  await admin.query(`create database ${database}`);
  const pool = new Pool({ connectionString: named(POSTGRES_URL, database), max: 8 });
  const taken: PoolClient[] = [];
  return {
    name: 'PostgreSQL',
    url: named(POSTGRES_URL, database),
    connect: (count) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const client = await pool.connect();
          taken.push(client);
          return {
            async transaction(statements: readonly (readonly [string, readonly unknown[]])[]) {
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
          };
        }),
      ),
    async close() {
      for (const client of taken) client.release(true);
      await pool.end();
      await admin.query(`drop database ${database} with (force)`);
      await admin.end();
    },
  };
}

/** The engines that answer here; the others are named with the reason. */
export async function openEngines(): Promise<{
  readonly engines: readonly BenchEngine[];
  readonly missing: readonly string[];
}> {
  const engines: BenchEngine[] = [];
  const missing: string[] = [];
  for (const [name, open] of Object.entries({ SQLite: sqlite, MySQL: mysql, PostgreSQL: postgres })) {
    try {
      engines.push(await open());
    } catch (error) {
      missing.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { engines, missing };
}
