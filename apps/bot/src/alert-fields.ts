import { createHash, randomBytes } from 'node:crypto';
import { type Alert, cleanLine, type Severity } from '@securitybot/core';
import { parseTime } from './time.js';

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

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const satisfies readonly Severity[];

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

/** The alert that the fields tell of. Throws an Error that names the field, what it says, and what it should say. */
export function alertOf(fields: AlertFields, now: number): Alert {
  const { username, title, description = '', reason = '', url = '', severity, event_time: time } = fields;
  if (username.trim() === '') throw new Error('username is missing: the login that the alert is about');
  if (title.trim() === '') throw new Error("title is missing: the detector's name");
  const known = SEVERITIES.find((each) => each === severity?.trim().toLowerCase());
  if (severity !== undefined && known === undefined) {
    throw new Error(`severity is ${shown(severity)}; write ${SEVERITIES.join(', ')}, or leave it out`);
  }
  const eventTime = time === undefined ? now : parseTime(time);
  if (eventTime === undefined) {
    throw new Error(`event_time is ${shown(time ?? '')}; write ISO 8601 such as 2026-11-24T09:30:00Z, or leave it out`);
  }
  const id = idOf(fields);
  if (!/^[0-9a-f]{64}$/.test(id)) {
    throw new Error(`id is ${shown(id)}; write 64 hex digits, the SHA-256 of the event, or leave it out`);
  }
  return { id, username, title, description, reason, url, eventTime, ...(known && { severity: known }) };
}
