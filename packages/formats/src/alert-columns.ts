import { type Alert, normalise } from '@securitybot/core';
import { type Column, timeOf } from './cell.js';

/** An alert of a list, as `listAlerts` of `@securitybot/sql` gives it. */
export interface AlertRow {
  readonly alert: Omit<Alert, 'severity'>;
  readonly severity: string | null;
  /** As in `alert_status`; null: half an alert. */
  readonly status: number | null;
  readonly response: { readonly comment: string; readonly performed: boolean; readonly authenticated: boolean } | null;
  readonly rejected?: string;
  readonly state: string | null;
  readonly verdict: string | null;
  readonly cause: string | null;
  /** ms since the epoch, UTC; so is `closedAt`. */
  readonly seenAt: number | null;
  readonly closedAt: number | null;
}

export type AlertColumn = Column<AlertRow> & {
  /** Somebody's words: may say who it is about. */
  readonly isFreeText?: true;
};

/** What `alert_status` says, by its number. */
export const STATUS_NAMES = ['open', 'in-progress', 'done'] as const;

/** In the order of JSON and CSV; in `alert create --from` the same names mean the same. */
const COLUMNS: readonly AlertColumn[] = [
  { name: 'id', value: ({ alert }) => alert.id },
  { name: 'event_time', value: ({ alert }) => timeOf(alert.eventTime), isWhole: true },
  { name: 'username', value: ({ alert }) => alert.username },
  { name: 'title', value: ({ alert }) => alert.title },
  { name: 'description', value: ({ alert }) => alert.description, isFreeText: true },
  { name: 'reason', value: ({ alert }) => alert.reason, isFreeText: true },
  { name: 'url', value: ({ alert }) => alert.url, isFreeText: true },
  { name: 'severity', value: ({ severity }) => severity },
  {
    name: 'status',
    value: ({ status }) => (status === null ? 'half' : (STATUS_NAMES[status] ?? String(status))),
    isWhole: true,
  },
  { name: 'state', value: ({ state }) => state },
  { name: 'verdict', value: ({ verdict }) => verdict },
  { name: 'cause', value: ({ cause }) => cause },
  { name: 'performed', value: ({ response }) => response?.performed ?? null },
  { name: 'authenticated', value: ({ response }) => response?.authenticated ?? null },
  { name: 'comment', value: ({ response }) => response?.comment ?? null, isFreeText: true },
  { name: 'seen_at', value: ({ seenAt }) => timeOf(seenAt), isWhole: true },
  { name: 'closed_at', value: ({ closedAt }) => timeOf(closedAt), isWhole: true },
  { name: 'rejected', value: ({ rejected = null }) => rejected },
];

export const ALERT_COLUMNS: readonly string[] = COLUMNS.map(({ name }) => name);

/** Columns by their names, in that order. */
export function alertColumns(names: readonly string[]): readonly AlertColumn[] {
  return names.flatMap((name) => COLUMNS.filter((column) => column.name === name));
}

/** The same columns for people who are not to know whom alerts are about: logins by pseudonyms, each the same throughout, and no free text. */
export function anonymous(columns: readonly AlertColumn[]): readonly AlertColumn[] {
  const pseudonyms = new Map<string, string>();
  const pseudonymOf = (username: string) => {
    const login = normalise(username);
    const pseudonym = pseudonyms.get(login) ?? `person-${pseudonyms.size + 1}`;
    pseudonyms.set(login, pseudonym);
    return pseudonym;
  };
  return columns
    .filter(({ isFreeText }) => isFreeText !== true)
    .map((column) =>
      column.name === 'username' ? { ...column, value: ({ alert }) => pseudonymOf(alert.username) } : column,
    );
}
