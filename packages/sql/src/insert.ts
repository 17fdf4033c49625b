import type { InsertObject, Kysely } from 'kysely';
import { type Engine, isMysqlFamily } from './engine.js';
import { isDuplicate } from './errors.js';
import type { Schema } from './schema.js';

type Row = Record<string, unknown>;
/** The same builder without column types: kysely cannot relate a generic table to its columns. */
const untyped = (db: Kysely<Schema>) => db as unknown as Kysely<{ [table: string]: Row }>;

/**
 * Inserts a row, or several, unless the key is there.
 * @returns whether all were inserted. Where not, some may have been (MySQL, MariaDB: none).
 */
export async function insertIfAbsent<T extends keyof Schema & string>(
  engine: Engine,
  db: Kysely<Schema>,
  table: T,
  row: InsertObject<Schema, T> | readonly InsertObject<Schema, T>[],
): Promise<boolean> {
  const rows = Array.isArray(row) ? row : [row];
  if (rows.length === 0) return true;
  const insert = untyped(db)
    .insertInto(table as string)
    .values(rows as Row[]);
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

/** Inserts a row, or sets the other columns of the one with that key. */
export async function upsert<T extends keyof Schema & string>(
  engine: Engine,
  db: Kysely<Schema>,
  table: T,
  key: readonly (keyof Schema[T] & string)[],
  row: InsertObject<Schema, T>,
): Promise<void> {
  const rest = Object.fromEntries(
    Object.entries(row).filter(([column]) => !(key as readonly string[]).includes(column)),
  );
  const insert = untyped(db)
    .insertInto(table as string)
    .values(row as Row);
  const on = !isMysqlFamily(engine)
    ? insert.onConflict((conflict) => conflict.columns(key).doUpdateSet(rest))
    : insert.onDuplicateKeyUpdate(rest);
  await on.execute();
}
