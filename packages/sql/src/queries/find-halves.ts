import type { SqlDatabase } from '../database.js';
import { hashToHex } from '../values.js';
import { textOf } from './alert-row.js';
import { reading } from './reading.js';

/** The three tables a detector writes. */
export type AlertTable = 'alerts' | 'user_responses' | 'alert_status';

/** An alert that was written to one or two of its three tables: nobody is asked about it. */
export interface HalfAlert {
  readonly id: string;
  /** Empty where the row of `alerts` is missing; the title, too. */
  readonly username: string;
  readonly title: string;
  readonly missing: readonly AlertTable[];
}

function selectIncomplete({ db }: SqlDatabase, limit: number) {
  return db
    .selectFrom('alerts')
    .leftJoin('user_responses', 'user_responses.hash', 'alerts.hash')
    .leftJoin('alert_status', 'alert_status.hash', 'alerts.hash')
    .select(['alerts.hash', 'alerts.ldap', 'alerts.title', 'user_responses.hash as answered', 'alert_status.status'])
    .where((where) => where.or([where('user_responses.hash', 'is', null), where('alert_status.hash', 'is', null)]))
    .limit(limit)
    .execute();
}

/** Statuses of alerts that are not there. */
function selectLostStatuses({ db }: SqlDatabase, limit: number) {
  return db
    .selectFrom('alert_status')
    .leftJoin('alerts', 'alerts.hash', 'alert_status.hash')
    .leftJoin('user_responses', 'user_responses.hash', 'alert_status.hash')
    .select(['alert_status.hash', 'user_responses.hash as answered'])
    .where('alerts.hash', 'is', null)
    .limit(limit)
    .execute();
}

/** Responses to alerts that are not there, nor their statuses. */
function selectLostResponses({ db }: SqlDatabase, limit: number) {
  return db
    .selectFrom('user_responses')
    .leftJoin('alerts', 'alerts.hash', 'user_responses.hash')
    .leftJoin('alert_status', 'alert_status.hash', 'user_responses.hash')
    .select('user_responses.hash')
    .where('alerts.hash', 'is', null)
    .where('alert_status.hash', 'is', null)
    .limit(limit)
    .execute();
}

const missingOf = (found: Readonly<Partial<Record<AlertTable, boolean>>>): readonly AlertTable[] =>
  (['alerts', 'user_responses', 'alert_status'] as const).filter((table) => found[table] !== true);

/**
 * Halves of alerts, `limit` at the most. One that a detector is writing at this moment looks the same. Reads the three tables
 * whole: not for a loop. Throws a PluginError where the database does not answer.
 */
export async function findHalves(database: SqlDatabase, limit: number): Promise<readonly HalfAlert[]> {
  const incomplete = await reading('halves of alerts', selectIncomplete(database, limit));
  const statuses = await reading('halves of alerts', selectLostStatuses(database, limit));
  const responses = await reading('halves of alerts', selectLostResponses(database, limit));
  const lost = { username: '', title: '' };
  const halves: HalfAlert[] = [
    ...incomplete.map(({ hash, ldap, title, answered, status }) => ({
      id: hashToHex(hash),
      username: textOf(ldap),
      title: textOf(title),
      missing: missingOf({ alerts: true, user_responses: answered !== null, alert_status: status !== null }),
    })),
    ...statuses.map(({ hash, answered }) => ({
      ...lost,
      id: hashToHex(hash),
      missing: missingOf({ alert_status: true, user_responses: answered !== null }),
    })),
    ...responses.map(({ hash }) => ({ ...lost, id: hashToHex(hash), missing: missingOf({ user_responses: true }) })),
  ];
  return halves.slice(0, limit);
}
