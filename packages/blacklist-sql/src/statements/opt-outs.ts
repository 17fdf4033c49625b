import { type Engine, maybeLogin, normalise, type Schema, upsert } from '@securitybot/sql';
import type { InsertObject, Kysely } from 'kysely';

/** The rows of one login, as they are spelt. */
export async function selectOptOuts(db: Kysely<Schema>, engine: Engine, login: string): Promise<readonly string[]> {
  const rows = await db.selectFrom('blacklist').select('ldap').where(maybeLogin(engine, login)).execute();
  return rows.map(({ ldap }) => ldap).filter((ldap) => normalise(String(ldap)) === login);
}

export async function selectReason(db: Kysely<Schema>, login: string): Promise<string | undefined> {
  const row = await db.selectFrom('sb_opt_outs').select('reason').where('ldap', '=', login).executeTakeFirst();
  return row?.reason;
}

export async function writeReason(
  db: Kysely<Schema>,
  engine: Engine,
  row: InsertObject<Schema, 'sb_opt_outs'>,
): Promise<void> {
  await upsert(engine, db, 'sb_opt_outs', ['ldap'], row);
}

export async function deleteOptOuts(db: Kysely<Schema>, spelt: readonly string[]): Promise<void> {
  await db.deleteFrom('blacklist').where('ldap', 'in', spelt).execute();
}

export async function deleteReason(db: Kysely<Schema>, login: string): Promise<void> {
  await db.deleteFrom('sb_opt_outs').where('ldap', '=', login).execute();
}
