import type { Schema, SqlDatabase } from '@securitybot/sql';
import { type RawBuilder, sql, type Transaction } from 'kysely';

/** The database's clock, read once a statement: what is compared with an indexed column. PostgreSQL uses no index for what may change with each row. */
export function nowOnce({ nowMs }: SqlDatabase): RawBuilder<number> {
  return sql<number>`(select ${nowMs()})`;
}

/** What the database's clock says. */
export async function selectNow({ nowMs }: SqlDatabase, trx: Transaction<Schema>): Promise<number> {
  const { now } = await trx.selectNoFrom(nowMs().as('now')).executeTakeFirstOrThrow();
  return now;
}
