import { type Alert, PluginError, type Task } from '@securitybot/core';
import type { SqlDatabase } from '../database.js';
import { toPluginError } from '../errors.js';
import { fromSqlTime, hexToHash } from '../values.js';

/** One alert as the database tells it. */
export interface AlertStory {
  /** As its row has it, not normalised. `eventTime` is NaN where the row says none. */
  readonly alert: Omit<Alert, 'severity'>;
  /** As given by whoever made the alert; null where nothing was said. */
  readonly severity: string | null;
  /** `alert_status`; null where that row is not there: half an alert. */
  readonly status: number | null;
  /** `user_responses`; null where that row is not there: half an alert. */
  readonly response: { readonly comment: string; readonly performed: boolean; readonly authenticated: boolean } | null;
  /** Absent while the alert belongs to nobody yet. */
  readonly task?: Task;
  /** Why the alert cannot be asked about. */
  readonly rejected?: string;
}

function selectAlert({ db }: SqlDatabase, hash: Uint8Array) {
  return db
    .selectFrom('alerts')
    .leftJoin('alert_status', 'alert_status.hash', 'alerts.hash')
    .leftJoin('user_responses', 'user_responses.hash', 'alerts.hash')
    .leftJoin('sb_tasks', 'sb_tasks.hash', 'alerts.hash')
    .leftJoin('sb_rejects', 'sb_rejects.hash', 'alerts.hash')
    .select(['alerts.ldap', 'alerts.title', 'alerts.description', 'alerts.reason', 'alerts.url', 'alerts.event_time'])
    .select(['alert_status.status', 'user_responses.hash as answered', 'user_responses.comment'])
    .select(['user_responses.performed', 'user_responses.authenticated'])
    .select(['sb_tasks.severity', 'sb_tasks.data', 'sb_rejects.reason as rejected'])
    .where('alerts.hash', '=', hash)
    .executeTakeFirst();
}

/** SQLite lets others store anything anywhere. */
const textOf = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : String(value ?? ''));

function taskOf(id: string, data: string): Task {
  try {
    return JSON.parse(data) as Task;
  } catch (cause) {
    throw new PluginError('REJECTED', `sql: the row of ${id} in sb_tasks cannot be read; was it edited by hand?`, {
      cause,
    });
  }
}

/**
 * Everything about one alert; undefined where there is none of that id. Throws a PluginError: `REJECTED` for an id that is
 * none, `UNAVAILABLE` or `BAD_CREDENTIALS` where the database does not answer.
 */
export async function readAlert(database: SqlDatabase, id: string): Promise<AlertStory | undefined> {
  const row = await selectAlert(database, hexToHash(id)).catch((error: unknown) => {
    throw toPluginError(error, 'sql: reading an alert');
  });
  if (!row) return undefined;
  return {
    alert: {
      id,
      username: textOf(row.ldap),
      title: textOf(row.title),
      description: textOf(row.description),
      reason: textOf(row.reason),
      url: textOf(row.url),
      eventTime: fromSqlTime(row.event_time),
    },
    severity: row.severity,
    status: row.status,
    response: row.answered && {
      comment: textOf(row.comment),
      performed: row.performed === 1,
      authenticated: row.authenticated === 1,
    },
    ...(row.data !== null && { task: taskOf(id, row.data) }),
    ...(row.rejected !== null && { rejected: row.rejected }),
  };
}
