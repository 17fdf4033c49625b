import { CompiledQuery, type InsertObject, type Kysely, type RawBuilder, sql } from 'kysely';
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
  /** To what, of what the column holds and what the INSERT brings; done twice, it has to give the same. Without this: what the INSERT brings. */
  readonly resolve?: (stored: RawBuilder<unknown>, incoming: RawBuilder<unknown>) => RawBuilder<unknown>;
}

/** Numbers of rows that a statement is made for: few, so that its text comes again, and may be known already. */
const SIZES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 80, 100];

function lengthOf(row: Row): number {
  const lengths = Object.values(row).map((value) =>
    typeof value === 'string' || value instanceof Uint8Array ? value.length : 0,
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}

/** Repeats the shortest of the rows so that there are as many as a statement is made for: a long one may not fit a packet so often. */
function padded(rows: readonly Row[]): readonly Row[] {
  const size = SIZES.find((each) => each >= rows.length) ?? rows.length;
  if (size === rows.length) return rows;
  const shortest = rows.reduce((one, other) => (lengthOf(other) < lengthOf(one) ? other : one));
  return [...rows, ...Array<Row>(size - rows.length).fill(shortest)];
}

/** Texts of upserts, by what they are made of: writing one anew costs more than running it. */
const texts = new Map<string, string>();
const TEXTS = 500;

function textOf(key: string, write: () => string): string {
  const known = texts.get(key);
  if (known !== undefined) return known;
  const text = write();
  if (texts.size === TEXTS) texts.clear();
  texts.set(key, text);
  return text;
}

const isPlain = (value: unknown) => typeof value !== 'object' || value === null || value instanceof Uint8Array;

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
  const [first] = rows;
  if (!first) return;
  const names = Object.keys(first);
  const { columns = names.filter((name) => !(key as readonly string[]).includes(name)), resolve } = options;
  const mysql = isMysqlFamily(engine);
  // PostgreSQL takes a row once.
  const given = engine === 'postgres' ? (rows as readonly Row[]) : padded(rows as readonly Row[]);

  function write() {
    // VALUES() is deprecated in MySQL 8, and still the one form that MariaDB understands, too.
    const incoming = (column: string) => (mysql ? sql`values(${sql.ref(column)})` : sql.ref(`excluded.${column}`));
    const value = (column: string) =>
      resolve ? resolve(sql.ref(`${table}.${column}`), incoming(column)) : incoming(column);
    const set = Object.fromEntries(columns.map((column) => [column, value(column)]));
    const insert = untyped(db)
      .insertInto(table as string)
      .values(given);
    const statement = mysql
      ? insert.onDuplicateKeyUpdate(set)
      : insert.onConflict((conflict) => conflict.columns(key).doUpdateSet(set));
    return statement.compile();
  }

  const values = given.flatMap((row) => names.map((name) => row[name]));
  if (resolve || !values.every(isPlain)) {
    await db.executeQuery(write());
    return;
  }
  const text = textOf([engine, table, given.length, ...key, '', ...names, '', ...columns].join(' '), () => write().sql);
  await db.executeQuery(CompiledQuery.raw(text, values));
}
