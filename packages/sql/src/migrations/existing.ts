import { type Kysely, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { isMysqlFamily } from '../engine.js';
import type { Schema } from '../schema.js';
import type { Found } from './inspect.js';

const SEED_TABLES = ['alerts', 'alert_status', 'user_responses', 'ignored', 'blacklist'] as const;

async function count(db: Kysely<Schema>, table: (typeof SEED_TABLES)[number]): Promise<number> {
  const row = await db.selectFrom(table).select(sql<number>`count(*)`.as('n')).executeTakeFirstOrThrow();
  return row.n;
}

/** Alerts by status: 0, 1, 2. */
async function countByStatus(db: Kysely<Schema>): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .selectFrom('alert_status')
    .innerJoin('alerts', 'alerts.hash', 'alert_status.hash')
    .select(['status', sql<number>`count(*)`.as('n')])
    .groupBy('status')
    .execute();
  return new Map(rows.map(({ status, n }) => [status, n]));
}

/** Alerts that a detector wrote to one or two of its three tables. */
async function countHalves(db: Kysely<Schema>): Promise<number> {
  const row = await db
    .selectFrom('alerts')
    .leftJoin('alert_status', 'alert_status.hash', 'alerts.hash')
    .leftJoin('user_responses', 'user_responses.hash', 'alerts.hash')
    .where((where) => where.or([where('alert_status.hash', 'is', null), where('user_responses.hash', 'is', null)]))
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow();
  return row.n;
}

/** Tables of old databases that cannot hold every character: `alerts (latin1)`. */
async function findNarrowTables({ db, engine }: SqlDatabase): Promise<readonly string[]> {
  if (!isMysqlFamily(engine)) return [];
  const { rows } = await sql<{ name: string; charset: string }>`
    select distinct table_name as name, character_set_name as charset from information_schema.columns
    where table_schema = database() and table_name in (${sql.join(SEED_TABLES)})
      and character_set_name is not null and character_set_name <> 'utf8mb4'
    order by 1, 2`.execute(db);
  return rows.map(({ name, charset }) => `${name} (${charset})`);
}

const some = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

/** What there is of a database made by the original, or by hand, in words; nothing when it is new. */
export async function describeExisting(database: SqlDatabase, found: Found): Promise<readonly string[]> {
  const { db } = database;
  const there = SEED_TABLES.filter((table) => found.columns.has(table));
  if (there.length === 0) return [];
  const lines = [`found Securitybot's tables ${there.join(', ')}: they are used as they are, every row stays`];
  if (there.length < SEED_TABLES.length) return lines;
  const status = await countByStatus(db);
  const of = (value: number) => status.get(value) ?? 0;
  lines.push(
    `found ${some(await count(db, 'alerts'), 'alert')}: ${of(0)} open, ${of(1)} in progress, ${of(2)} with the security team or done, ` +
      `${await countHalves(db)} written by half`,
    `found ${some(await count(db, 'ignored'), 'mute')} and ${some(await count(db, 'blacklist'), 'opt-out')}`,
  );
  const narrow = await findNarrowTables(database);
  if (narrow.length > 0) {
    lines.push(
      `found tables that do not hold every character: ${narrow.join(', ')}. What they cannot hold is written there as "?", ` +
        'and whole in our own tables',
    );
  }
  return lines;
}
