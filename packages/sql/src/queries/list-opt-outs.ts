import { normalise } from '@securitybot/core';
import type { SqlDatabase } from '../database.js';
import { textOf } from './alert-row.js';
import { reading } from './reading.js';

/** A row of `blacklist`: "do not write to me". */
export interface ListedOptOut {
  /** As its row has it, not normalised. */
  readonly username: string;
  /** Why and since when (ms since the epoch, UTC); empty and null where somebody else wrote the row. */
  readonly reason: string;
  readonly at: number | null;
}

const selectOptOuts = ({ db }: SqlDatabase) => db.selectFrom('blacklist').select('ldap').orderBy('ldap').execute();
const selectReasons = ({ db }: SqlDatabase) => db.selectFrom('sb_opt_outs').selectAll().execute();

/** All opt-outs, by login. Throws a PluginError where the database does not answer. */
export async function listOptOuts(database: SqlDatabase): Promise<readonly ListedOptOut[]> {
  const rows = await reading('opt-outs', selectOptOuts(database));
  const reasons = new Map((await reading('opt-outs', selectReasons(database))).map((row) => [row.ldap, row]));
  return rows.map(({ ldap }) => {
    const username = textOf(ldap);
    const known = reasons.get(normalise(username));
    return { username, reason: known?.reason ?? '', at: known?.at ?? null };
  });
}
