const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const AGO = /^-(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?$/;

function offsetOf(zone: string | undefined): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone ?? '') ?? [];
  const offset = Number(hours ?? 0) * 60 + Number(minutes);
  return (sign === '-' ? -offset : offset) * 60_000;
}

/**
 * A time by ISO 8601 (`2026-11-24T09:30:00Z`, `2026-11-24 09:30+01:00`, `2026-11-24`), in ms since the epoch. Without a zone it is UTC.
 * Undefined where it is none: the 31st of February, too.
 */
export function parseTime(text: string): number | undefined {
  const match = ISO.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hours = '0', minutes = '0', seconds = '0', fraction = '0', zone] = match;
  const numbers = [year, month, day, hours, minutes, seconds].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = numbers;
  const date = new Date(Date.UTC(2000, mo - 1, d, h, mi, s));
  date.setUTCFullYear(y, mo - 1, d); // Date.UTC takes the years 0 to 99 for others
  const isWhole = date.getUTCMonth() === mo - 1 && date.getUTCDate() === d && h < 24 && mi < 60 && s < 60;
  return isWhole ? date.getTime() + Math.trunc(Number(`0.${fraction}`) * 1000) - offsetOf(zone) : undefined;
}

/** The same, or so long before now: `-6h`, `-2d`, `-30m`, `-1d12h`. */
export function parseWhen(text: string, now: number): number | undefined {
  const [ago, days = '0', hours = '0', minutes = '0'] = AGO.exec(text.trim().toLowerCase()) ?? [];
  if (ago === undefined) return parseTime(text);
  const ms = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000;
  // Absurd numbers are just long ago.
  return now - Math.min(ms, 1e14);
}
