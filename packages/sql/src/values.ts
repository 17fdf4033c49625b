import { PluginError } from '@securitybot/core';

const ID = /^[0-9a-f]{64}$/;

/** The 32 bytes of an alert's id. Throws a PluginError (`REJECTED`) for anything but 64 lower-case hex digits. */
export function hexToHash(id: string): Buffer {
  if (!ID.test(id)) {
    const shown = JSON.stringify(id.slice(0, 80));
    throw new PluginError('REJECTED', `sql: an alert's id is 64 lower-case hex digits (a SHA-256), not ${shown}`);
  }
  return Buffer.from(id, 'hex');
}

/** Bytes as lower-case hex digits. Rows written by others may have other lengths than 32, or (SQLite) text for bytes. */
export function hashToHex(bytes: Uint8Array | string): string {
  return Buffer.from(bytes as Uint8Array).toString('hex');
}

// What MySQL's DATETIME holds: the narrowest of the three.
const FIRST = Date.UTC(1000, 0, 1);
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * A time for the seed's DATETIME columns: `YYYY-MM-DD HH:MM:SS` in UTC, fractions of a second dropped, held within the
 * years 1000 to 9999. `ms`: since the epoch. Throws a RangeError for NaN.
 */
export function toSqlTime(ms: number): string {
  return new Date(Math.min(Math.max(ms, FIRST), LAST)).toISOString().slice(0, 19).replace('T', ' ');
}

const TIME = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(:\d\d)?(\.\d+)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * What a DATETIME column of the seed holds, in ms since the epoch, second resolution. Without a zone it is UTC. Others
 * write these columns, too, and SQLite takes any text: NaN for what is no time.
 */
export function fromSqlTime(value: unknown): number {
  if (value instanceof Date) return Math.floor(value.getTime() / 1000) * 1000;
  if (value === 'infinity') return LAST; // PostgreSQL's for ever
  const match = typeof value === 'string' ? TIME.exec(value.trim()) : null;
  if (!match) return Number.NaN;
  const [, day, minutes = '00:00', seconds = ':00', , zone = 'Z'] = match;
  const offset = zone.length === 3 ? `${zone}:00` : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2').toUpperCase();
  return Date.parse(`${day}T${minutes}${seconds}${offset}`);
}
