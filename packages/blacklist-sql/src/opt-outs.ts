import { type BlacklistEntry, PluginError } from '@securitybot/core';
import { insertIfAbsent, normalise, type SqlDatabase } from '@securitybot/sql';
import { deleteOptOuts, deleteReason, selectOptOuts, selectReasons, writeReason } from './statements/opt-outs.js';

const loginOf = ({ fit }: SqlDatabase, username: string) => fit('blacklist.ldap', normalise(username));

/** The opt-outs of those logins, in their order; a reason is empty where somebody else wrote the row. */
export async function findOptOuts(
  database: SqlDatabase,
  usernames: readonly string[],
): Promise<readonly (BlacklistEntry | undefined)[]> {
  const { db, engine } = database;
  const logins = usernames.map((username) => loginOf(database, username));
  const rows = await selectOptOuts(db, engine, logins);
  const found = new Set(rows.map((ldap) => normalise(String(ldap))));
  const reasons = found.size === 0 ? new Map<string, string>() : await selectReasons(db, [...found]);
  return logins.map((login, n) =>
    found.has(login) ? { username: normalise(usernames[n] ?? ''), reason: reasons.get(login) ?? '' } : undefined,
  );
}

export async function putOptOut(database: SqlDatabase, entry: BlacklistEntry): Promise<void> {
  const { engine, fit } = database;
  const login = loginOf(database, entry.username);
  const reason = fit('ignored.reason', entry.reason);
  await database.write(async (trx) => {
    if ((await selectOptOuts(trx, engine, [login])).length > 0) return;
    if (await insertIfAbsent(engine, trx, 'blacklist', [{ ldap: login }])) {
      await writeReason(trx, engine, { ldap: login, reason, at: database.nowMs() });
    } else if ((await selectOptOuts(trx, engine, [login])).length === 0) {
      // MySQL may take two logins that differ in accents only for one key.
      throw new PluginError(
        'REJECTED',
        `blacklist-sql: ${JSON.stringify(login)} cannot opt out: the collation of the table blacklist takes a login that is there for the same. ` +
          'Give blacklist.ldap the collation utf8mb4_bin',
      );
    }
  });
}

/** @returns false when there was none. */
export async function removeOptOut(database: SqlDatabase, username: string): Promise<boolean> {
  const login = loginOf(database, username);
  return database.write(async (trx) => {
    const rows = await selectOptOuts(trx, database.engine, [login]);
    if (rows.length > 0) await deleteOptOuts(trx, rows);
    await deleteReason(trx, login);
    return rows.length > 0;
  });
}
