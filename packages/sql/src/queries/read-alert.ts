import type { Alert, Task } from '@securitybot/core';
import type { SqlDatabase } from '../database.js';
import { fromSqlTime, hexToHash } from '../values.js';

/** One alert as the database tells it. */
export interface AlertStory {
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

/** Everything about one alert; undefined where there is none of that id. Throws a PluginError (`REJECTED`) for an id that is none. */
export async function readAlert(database: SqlDatabase, id: string): Promise<AlertStory | undefined> {
  const hash = hexToHash(id);
  const row = await database.db
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
  if (!row) return undefined;
  return {
    alert: {
      id,
      username: row.ldap,
      title: row.title,
      description: row.description ?? '',
      reason: row.reason ?? '',
      url: row.url ?? '',
      eventTime: fromSqlTime(row.event_time),
    },
    severity: row.severity,
    status: row.status,
    response: row.answered && {
      comment: row.comment ?? '',
      performed: row.performed === 1,
      authenticated: row.authenticated === 1,
    },
    ...(row.data !== null && { task: JSON.parse(row.data) as Task }),
    ...(row.rejected !== null && { rejected: row.rejected }),
  };
}
