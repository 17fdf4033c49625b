import { PluginError } from '@securitybot/core';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Engine } from '../engine.js';
import type { Schema } from '../schema.js';
import type { Step } from './step.js';
import { STEPS } from './steps.js';

/** What of the schema is there. */
export interface Found {
  /** Columns by table. */
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
  /** `table.index`, and for MySQL and MariaDB also `table:column` for the first column of every index. */
  readonly indexes: ReadonlySet<string>;
  /** MySQL's storage engine by table. */
  readonly storage: ReadonlyMap<string, string>;
  /** The steps that were done, by the book. */
  readonly done: ReadonlyMap<number, string>;
}

interface Listing {
  readonly table_: string;
  readonly column_: string;
  readonly detail: string | null;
}

const COLUMNS: Readonly<Record<'sqlite' | 'postgres' | 'mysql', RawBuilder<Listing>>> = {
  sqlite: sql`select m.name as table_, c.name as column_, null as detail
    from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'`,
  postgres: sql`select table_name as table_, column_name as column_, null as detail
    from information_schema.columns where table_schema = current_schema()`,
  mysql: sql`select c.table_name as table_, c.column_name as column_, t.engine as detail
    from information_schema.columns c join information_schema.tables t
      on t.table_schema = c.table_schema and t.table_name = c.table_name
    where c.table_schema = database()`,
};

const INDEXES: Readonly<Record<'sqlite' | 'postgres' | 'mysql', RawBuilder<Listing>>> = {
  sqlite: sql`select tbl_name as table_, name as column_, null as detail from sqlite_master where type = 'index'`,
  postgres: sql`select tablename as table_, indexname as column_, null as detail
    from pg_indexes where schemaname = current_schema()`,
  mysql: sql`select table_name as table_, index_name as column_, column_name as detail
    from information_schema.statistics where table_schema = database() and seq_in_index = 1`,
};

export async function inspect(engine: Engine, db: Kysely<Schema>): Promise<Found> {
  const family = engine === 'mariadb' ? 'mysql' : engine;
  const columns = new Map<string, Set<string>>();
  const storage = new Map<string, string>();
  for (const { table_, column_, detail } of (await COLUMNS[family].execute(db)).rows) {
    columns.set(table_, (columns.get(table_) ?? new Set()).add(column_));
    if (detail !== null) storage.set(table_, detail);
  }
  const indexes = new Set<string>();
  for (const { table_, column_, detail } of (await INDEXES[family].execute(db)).rows) {
    indexes.add(`${table_}.${column_}`);
    if (detail !== null) indexes.add(`${table_}:${detail}`);
  }
  const rows = columns.has('sb_migrations')
    ? await db.selectFrom('sb_migrations').select(['id', 'name']).orderBy('id').execute()
    : [];
  return { columns, indexes, storage, done: new Map(rows.map(({ id, name }) => [id, name])) };
}

/** Whether there is already what a step would make, under whatever name. */
export function isPresent({ columns, indexes }: Found, { creates }: Step): boolean {
  if (creates === undefined) return false;
  if (creates.column !== undefined) return columns.get(creates.table)?.has(creates.column) ?? false;
  if (creates.index === undefined) return columns.has(creates.table);
  const [only, ...others] = creates.columns;
  const isThere = others.length === 0 && indexes.has(`${creates.table}:${only}`);
  return isThere || indexes.has(`${creates.table}.${creates.index}`);
}

/** The steps to do, in order. */
export function pendingSteps({ done }: Found): readonly Step[] {
  return STEPS.filter(({ id }) => !done.has(id));
}

/** Columns that a later step adds: missing in a table that is not migrated yet, or is just being migrated. */
const ADDED = new Set(STEPS.flatMap(({ creates }) => (creates?.column ? [`${creates.table}.${creates.column}`] : [])));

/** Throws a PluginError (`REJECTED`) where our migrations must not go on. */
export function assertUsable({ columns, storage, done }: Found): void {
  const known = new Set(STEPS.map(({ id }) => id));
  const newer = [...done].filter(([id]) => !known.has(id)).at(-1);
  if (newer) {
    throw new PluginError(
      'REJECTED',
      `sql: this database was migrated by a newer Securitybot (step ${newer[0]}, ${newer[1]}); this one knows ${known.size} steps. ` +
        'Start the newer version, or restore a backup from before its migration',
    );
  }
  for (const { creates } of STEPS) {
    if (!creates) continue;
    const there = columns.get(creates.table);
    const missing =
      there && creates.columns.filter((column) => !there.has(column) && !ADDED.has(`${creates.table}.${column}`));
    if (missing && missing.length > 0) {
      throw new PluginError(
        'REJECTED',
        `sql: this database has a table ${creates.table} without the column ${missing.join(', ')}, so it is not Securitybot's. Use a database of its own`,
      );
    }
    const kind = storage.get(creates.table);
    if (kind !== undefined && kind.toLowerCase() !== 'innodb') {
      throw new PluginError(
        'REJECTED',
        `sql: the table ${creates.table} is stored by ${kind}, which has no transactions. Run: ALTER TABLE ${creates.table} ENGINE=InnoDB`,
      );
    }
  }
}
