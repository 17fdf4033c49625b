import { createHash, randomBytes } from 'node:crypto';
import { type Alert, cleanLine } from '@securitybot/core';
import { parseTime } from './time.js';
import { SEVERITIES } from './unions.js';

/** An alert as somebody writes it: on the command line, or in a file. */
export interface AlertFields {
  readonly username: string;
  readonly title: string;
  readonly description?: string;
  readonly reason?: string;
  readonly url?: string;
  readonly severity?: string;
  readonly id?: string;
  /** ISO 8601. */
  readonly event_time?: string;
}

/** The fields of a file's lines; its CSV header, or the keys of its JSON. */
export const ALERT_FIELDS = [
  'username',
  'title',
  'description',
  'reason',
  'url',
  'severity',
  'id',
  'event_time',
] as const satisfies readonly (keyof AlertFields)[];

const severityOf = (text: string | undefined) => SEVERITIES.find((each) => each === text?.trim().toLowerCase());
const shown = (text: string) => JSON.stringify(cleanLine(text, 80));

/**
 * Where the event has no id of its own but a time, the same fields are the same event: raised twice, it is one alert. Without a time each is
 * another.
 */
function idOf({ id, ...fields }: AlertFields): string {
  if (id !== undefined) return id.trim().toLowerCase();
  if (fields.event_time === undefined) return randomBytes(32).toString('hex');
  const known = ALERT_FIELDS.map((name) => (name === 'id' ? '' : (fields[name] ?? '')));
  return createHash('sha256').update(JSON.stringify(known)).digest('hex');
}

/** What is wrong with a field, and what it should say. */
export interface FieldProblem {
  readonly field: keyof AlertFields;
  /** Without the field's name. */
  readonly message: string;
}

function* problemsOf(fields: AlertFields): Generator<FieldProblem> {
  const { username, title, severity, event_time: time, id } = fields;
  if (username.trim() === '') yield { field: 'username', message: 'is missing: the login that the alert is about' };
  if (title.trim() === '') yield { field: 'title', message: "is missing: the detector's name" };
  if (severity !== undefined && severityOf(severity) === undefined) {
    const message = `is ${shown(severity)}; write ${SEVERITIES.join(', ')}, or leave it out`;
    yield { field: 'severity', message };
  }
  if (id !== undefined && !/^[0-9a-f]{64}$/.test(id.trim().toLowerCase())) {
    const message = `is ${shown(id)}; write 64 hex digits, the SHA-256 of the event, or leave it out`;
    yield { field: 'id', message };
  }
  if (time !== undefined && parseTime(time) === undefined) {
    const message = `is ${shown(time)}; write ISO 8601 such as 2026-11-24T09:30:00Z, or leave it out`;
    yield { field: 'event_time', message };
  }
}

/**
 * The alert that the fields tell of, or all that is wrong with them.
 * @param now ms since the epoch: when the event happened, where the fields do not say.
 */
export function readAlertFields(
  fields: AlertFields,
  now: number,
): { readonly alert: Alert } | { readonly problems: readonly FieldProblem[] } {
  const problems = [...problemsOf(fields)];
  if (problems.length > 0) return { problems };
  const { username, title, description = '', reason = '', url = '', severity, event_time: time } = fields;
  const eventTime = (time === undefined ? undefined : parseTime(time)) ?? now;
  const known = severityOf(severity);
  const id = idOf(fields);
  return { alert: { id, username, title, description, reason, url, eventTime, ...(known && { severity: known }) } };
}

/** The same; throws an Error that names the first field that is wrong, what it says, and what it should say. */
export function alertOf(fields: AlertFields, now: number): Alert {
  const read = readAlertFields(fields, now);
  if ('alert' in read) return read.alert;
  throw new Error(read.problems.map(({ field, message }) => `${field} ${message}`)[0]);
}
