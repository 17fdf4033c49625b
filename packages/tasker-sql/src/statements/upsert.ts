import { type Engine, isMysqlFamily, type Schema } from '@securitybot/sql';
import { type InsertObject, type Kysely, type RawBuilder, sql } from 'kysely';

type Row = Record<string, unknown>;
/** The same builder without column types: kysely cannot relate a generic table to its columns. */
const untyped = (db: Kysely<Schema>) => db as unknown as Kysely<Record<string, Row>>;

/** What a column becomes where the row is there: of what it holds, and what the INSERT brings. */
export type Resolve = (stored: RawBuilder<unknown>, incoming: RawBuilder<unknown>) => RawBuilder<unknown>;

/** Each table's key. */
const KEYS = { alert_status: 'hash', user_responses: 'hash', sb_tasks: 'hash', sb_conversations: 'person' } as const;

/**
 * Inserts rows in one statement. Where one of that key is there, the named columns are set, by default to what the INSERT
 * brings. Give the rows in the order of their keys: so two transactions lock them in the same order.
 */
export async function upsertByKey<T extends keyof typeof KEYS>(
  engine: Engine,
  db: Kysely<Schema>,
  table: T,
  rows: readonly InsertObject<Schema, T>[],
  columns: readonly (keyof Schema[T] & string)[],
  resolve: Resolve = (_, incoming) => incoming,
): Promise<void> {
  if (rows.length === 0) return;
  const mysql = isMysqlFamily(engine);
  // VALUES() is deprecated in MySQL 8, and still the one form that MariaDB understands, too.
  const incoming = (column: string) => (mysql ? sql`values(${sql.ref(column)})` : sql.ref(`excluded.${column}`));
  const set = Object.fromEntries(
    columns.map((column) => [column, resolve(sql.ref(`${table}.${column}`), incoming(column))]),
  );
  const insert = untyped(db)
    .insertInto<string>(table)
    .values(rows as readonly Row[]);
  const statement = mysql
    ? insert.onDuplicateKeyUpdate(set)
    : insert.onConflict((conflict) => conflict.column(KEYS[table]).doUpdateSet(set));
  await statement.execute();
}
