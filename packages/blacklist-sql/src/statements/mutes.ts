import type { Severity } from '@securitybot/core';
import { type Engine, maybeLogin, type Schema, upsert } from '@securitybot/sql';
import type { Kysely, Transaction } from 'kysely';

/** A row of `ignored`, as it is spelt. */
export interface MuteRow {
  readonly ldap: string;
  readonly title: string;
  readonly reason: string | null;
  readonly until: string | null;
}

/** What bounds a mute, and its exact end. */
export interface Bounds {
  readonly since: number | null;
  readonly max_severity: string | null;
  readonly until: number;
}

/** The key of a mute: both normalised. */
export interface MuteKey {
  readonly ldap: string;
  readonly title: string;
}

function mutesOf(db: Kysely<Schema>, engine: Engine, logins: readonly string[]) {
  return db
    .selectFrom('ignored')
    .selectAll()
    .where(maybeLogin(engine, ...logins));
}

/** The rows of those logins, and of some others. A login has few. */
export async function selectMutes(
  db: Kysely<Schema>,
  engine: Engine,
  logins: readonly string[],
): Promise<readonly MuteRow[]> {
  return mutesOf(db, engine, logins).execute();
}

/** The same, and nobody else may change them before the transaction ends. */
export async function lockMutes(
  trx: Transaction<Schema>,
  engine: Engine,
  logins: readonly string[],
): Promise<readonly MuteRow[]> {
  const query = mutesOf(trx, engine, logins);
  return (engine === 'sqlite' ? query : query.forUpdate()).execute();
}

/** What bounds the mutes of those logins. */
export async function selectBounds(
  db: Kysely<Schema>,
  logins: readonly string[],
): Promise<readonly (MuteKey & Bounds)[]> {
  return db
    .selectFrom('sb_mutes')
    .select(['ldap', 'title', 'since', 'max_severity', 'until'])
    .where('ldap', 'in', logins)
    .execute();
}

export async function writeBounds(
  db: Kysely<Schema>,
  engine: Engine,
  rows: readonly (MuteKey & { since: number | null; max_severity: Severity | null; until: number })[],
): Promise<void> {
  await upsert(engine, db, 'sb_mutes', ['ldap', 'title'], rows);
}

/** Gives the row of that spelling a new content. */
export async function updateMute(
  db: Kysely<Schema>,
  { ldap, title }: Pick<MuteRow, 'ldap' | 'title'>,
  row: MuteRow,
): Promise<void> {
  await db.updateTable('ignored').set(row).where('ldap', '=', ldap).where('title', '=', title).execute();
}

export async function deleteMute(db: Kysely<Schema>, { ldap, title }: MuteRow): Promise<void> {
  await db.deleteFrom('ignored').where('ldap', '=', ldap).where('title', '=', title).execute();
}

export async function deleteBounds(db: Kysely<Schema>, { ldap, title }: MuteKey): Promise<void> {
  await db.deleteFrom('sb_mutes').where('ldap', '=', ldap).where('title', '=', title).execute();
}
