import { type Engine, maybeLogin, normalise, type Schema, upsert } from '@securitybot/sql';
import type { InsertObject, Kysely } from 'kysely';

/** The rows of those logins, as they are spelt. */
export async function selectOptOuts(
  db: Kysely<Schema>,
  engine: Engine,
  logins: readonly string[],
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('blacklist')
    .select('ldap')
    .where(maybeLogin(engine, ...logins))
    .execute();
  return rows.map(({ ldap }) => ldap).filter((ldap) => logins.includes(normalise(String(ldap))));
}

/** Why they opted out, by login. */
export async function selectReasons(
  db: Kysely<Schema>,
  logins: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await db.selectFrom('sb_opt_outs').select(['ldap', 'reason']).where('ldap', 'in', logins).execute();
  return new Map(rows.map(({ ldap, reason }) => [ldap, reason]));
}

export async function writeReason(
  db: Kysely<Schema>,
  engine: Engine,
  row: InsertObject<Schema, 'sb_opt_outs'>,
): Promise<void> {
  await upsert(engine, db, 'sb_opt_outs', ['ldap'], [row]);
}

export async function deleteOptOuts(db: Kysely<Schema>, spelt: readonly string[]): Promise<void> {
  await db.deleteFrom('blacklist').where('ldap', 'in', spelt).execute();
}

export async function deleteReason(db: Kysely<Schema>, login: string): Promise<void> {
  await db.deleteFrom('sb_opt_outs').where('ldap', '=', login).execute();
}
