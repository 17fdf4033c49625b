import { normalise } from '@securitybot/core';
import type { SqlDatabase } from '../database.js';
import { fromSqlTime, toSqlTime } from '../values.js';
import { textOf } from './alert-row.js';
import { reading } from './reading.js';

/** A row of `ignored`: "do not ask about this title until …". */
export interface ListedMute {
  /** As its row has it, not normalised; the title, too. */
  readonly username: string;
  readonly title: string;
  readonly reason: string;
  /** When it ends: ms since the epoch, UTC. NaN where the row tells no time: such a mute covers nothing. */
  readonly until: number;
  /** It covers only alerts first seen after this: ms since the epoch, UTC. Null: all. */
  readonly since: number | null;
  /** It covers nothing more severe. Null: everything. */
  readonly maxSeverity: string | null;
}

type Bounds = { readonly since: number | null; readonly max_severity: string | null; readonly until: number };

const keyOf = (ldap: string, title: string) => JSON.stringify([ldap, title]);

async function selectMutes({ db }: SqlDatabase, inForceAt: Date | undefined) {
  return db
    .selectFrom('ignored')
    .select(['ldap', 'title', 'reason', 'until'])
    .$if(inForceAt !== undefined, (query) => query.where('until', '>=', toSqlTime(Number(inForceAt))))
    .execute();
}

async function selectBounds({ db }: SqlDatabase, inForceAt: Date | undefined): Promise<ReadonlyMap<string, Bounds>> {
  const rows = await db
    .selectFrom('sb_mutes')
    .select(['ldap', 'title', 'since', 'max_severity', 'until'])
    .$if(inForceAt !== undefined, (query) => query.where('until', '>=', Number(inForceAt)))
    .execute();
  return new Map(rows.map((row) => [keyOf(row.ldap, row.title), row]));
}

/**
 * The mutes, by login and title; of those that are in force at that time only, where one is given. Throws a PluginError
 * where the database does not answer.
 */
export async function listMutes(
  database: SqlDatabase,
  options: { readonly inForceAt?: Date } = {},
): Promise<readonly ListedMute[]> {
  const { inForceAt } = options;
  const rows = await reading('mutes', selectMutes(database, inForceAt));
  const bounds = await reading('mutes', selectBounds(database, inForceAt));
  return rows
    .map((row) => {
      const [username, title] = [textOf(row.ldap), textOf(row.title)];
      // As the Blacklist writes them: bounds belong to the very second of the end they were made for.
      const found = bounds.get(keyOf(normalise(username), database.fit('ignored.title', normalise(title))));
      const second = fromSqlTime(row.until);
      const bound = found && Math.floor(found.until / 1000) * 1000 === second ? found : undefined;
      const until = bound?.until ?? second;
      const { since = null, max_severity: maxSeverity = null } = bound ?? {};
      return { username, title, reason: textOf(row.reason), until, since, maxSeverity };
    })
    .filter(({ until }) => inForceAt === undefined || until > inForceAt.getTime())
    .sort((a, b) => compare(a.username, b.username) || compare(a.title, b.title));
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
