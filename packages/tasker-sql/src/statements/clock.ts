import type { SqlDatabase } from '@securitybot/sql';
import { type RawBuilder, sql } from 'kysely';

/** The database's clock, read once a statement: what is compared with an indexed column. PostgreSQL uses no index for what may change with each row. */
export function nowOnce({ nowMs }: SqlDatabase): RawBuilder<number> {
  return sql<number>`(select ${nowMs()})`;
}
