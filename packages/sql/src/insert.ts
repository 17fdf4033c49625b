import { type InsertObject, type Kysely, type RawBuilder, sql } from 'kysely';
import { type Engine, isMysqlFamily } from './engine.js';
import { isDuplicate } from './errors.js';
import type { Schema } from './schema.js';

type Row = Record<string, unknown>;
/** The same builder without column types: kysely cannot relate a generic table to its columns. */
const untyped = (db: Kysely<Schema>) => db as unknown as Kysely<{ [table: string]: Row }>;

/**
 * Inserts rows unless their keys are there.
 * @returns whether all were inserted. Where not, others of them may have been.
 */
export async function insertIfAbsent<T extends keyof Schema & string>(
  engine: Engine,
  db: Kysely<Schema>,
  table: T,
  rows: readonly InsertObject<Schema, T>[],
): Promise<boolean> {
  if (rows.length === 0) return true;
  const insert = untyped(db)
    .insertInto(table as string)
    .values(rows as readonly Row[]);
  if (!isMysqlFamily(engine)) {
    const { numInsertedOrUpdatedRows } = await insert.onConflict((on) => on.doNothing()).executeTakeFirst();
    return numInsertedOrUpdatedRows === BigInt(rows.length);
  }
  // Not INSERT IGNORE, which hides every other error, too. The failed statement leaves the transaction as it was.
  try {
    await insert.execute();
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** What becomes of an upsert where a row is there. */
export interface UpsertOptions<T extends keyof Schema> {
  /** The columns that are set; without this, all but the key. */
  readonly columns?: readonly (keyof Schema[T] & string)[];
  /** To what, of what the column holds and what the INSERT brings. Without this: what the INSERT brings. */
  readonly resolve?: (stored: RawBuilder<unknown>, incoming: RawBuilder<unknown>) => RawBuilder<unknown>;
}

/**
 * Inserts rows, all with the same columns, in one statement; where one of that key is there, sets its columns. Give them in
 * the order of their keys: so two transactions lock them in the same order.
 */
export async function upsert<T extends keyof Schema & string>(
  engine: Engine,
  db: Kysely<Schema>,
  table: T,
  key: readonly (keyof Schema[T] & string)[],
  rows: readonly InsertObject<Schema, T>[],
  options: UpsertOptions<T> = {},
): Promise<void> {
  if (rows.length === 0) return;
  const { columns = Object.keys(rows[0] ?? {}).filter((name) => !(key as readonly string[]).includes(name)) } = options;
  const { resolve = (_, incoming) => incoming } = options;
  const mysql = isMysqlFamily(engine);
  // VALUES() is deprecated in MySQL 8, and still the one form that MariaDB understands, too.
  const incoming = (column: string) => (mysql ? sql`values(${sql.ref(column)})` : sql.ref(`excluded.${column}`));
  const set = Object.fromEntries(
    columns.map((column) => [column, resolve(sql.ref(`${table}.${column}`), incoming(column))]),
  );
  const insert = untyped(db)
    .insertInto(table as string)
    .values(rows as readonly Row[]);
  const statement = mysql
    ? insert.onDuplicateKeyUpdate(set)
    : insert.onConflict((conflict) => conflict.columns(key).doUpdateSet(set));
  await statement.execute();
}
