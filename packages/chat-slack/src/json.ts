/** What Slack sends is taken for nothing until it is looked at: these give what is there, or nothing. */
export type Json = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Slack's time of a message, such as `1700000000.000100`, in ms since the epoch, UTC. */
export function timeOf(ts: unknown): number | undefined {
  const ms = typeof ts === 'string' && /^\d{1,12}(\.\d{1,9})?$/.test(ts) ? Math.floor(Number(ts) * 1000) : 0;
  return ms > 0 ? ms : undefined;
}
