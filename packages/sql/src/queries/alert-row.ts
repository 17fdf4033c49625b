import type { Alert } from '@securitybot/core';
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.js';
import { fromSqlTime, hashToHex } from '../values.js';

/** One alert as the rows of its tables tell it. They are written by other people's SQL, too. */
export interface AlertRecord {
  /** As its row has it, not normalised. `eventTime` is NaN where the row says none. */
  readonly alert: Omit<Alert, 'severity'>;
  /** As given by whoever made the alert; null where nothing was said. */
  readonly severity: string | null;
  /** `alert_status`; null where that row is not there: half an alert. */
  readonly status: number | null;
  /** `user_responses`; null where that row is not there: half an alert. */
  readonly response: { readonly comment: string; readonly performed: boolean; readonly authenticated: boolean } | null;
  /** Why the alert cannot be asked about. */
  readonly rejected?: string;
}

/** Alerts with what the other tables say of them; rows that are not there are null. */
export function selectRecords(db: Kysely<Schema>) {
  return db
    .selectFrom('alerts')
    .leftJoin('alert_status', 'alert_status.hash', 'alerts.hash')
    .leftJoin('user_responses', 'user_responses.hash', 'alerts.hash')
    .leftJoin('sb_tasks', 'sb_tasks.hash', 'alerts.hash')
    .leftJoin('sb_rejects', 'sb_rejects.hash', 'alerts.hash')
    .select(['alerts.hash', 'alerts.ldap', 'alerts.title', 'alerts.description', 'alerts.reason', 'alerts.url'])
    .select(['alerts.event_time', 'alert_status.status', 'user_responses.hash as answered', 'user_responses.comment'])
    .select(['user_responses.performed', 'user_responses.authenticated'])
    .select(['sb_tasks.severity', 'sb_rejects.reason as rejected']);
}

type RecordRow = Awaited<ReturnType<ReturnType<typeof selectRecords>['execute']>>[number];

/** SQLite lets others store anything anywhere. */
export function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : String(value ?? '');
}

export function recordOfRow(row: RecordRow): AlertRecord {
  return {
    alert: {
      id: hashToHex(row.hash),
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
    ...(row.rejected !== null && { rejected: row.rejected }),
  };
}
