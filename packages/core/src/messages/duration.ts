const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** A duration in words, its two largest units: `21 hours`, `1 hour 30 minutes`. Up to two days in hours. */
export function formatDuration(ms: number): string {
  let left = Math.max(0, Math.round(ms / 1000) * 1000);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    if (parts.length === 2 || (unit === 'day' && left < 2 * size)) continue;
    const count = Math.floor(left / size);
    if (count === 0) continue;
    left -= count * size;
    parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.join(' ') || '0 seconds';
}

/** Reads `XhYm` (`1h30m`, `2h`, `45m`) as ms; `undefined` where it is none. Absurd numbers are just long. */
export function parseDuration(text: string): number | undefined {
  const [, hours, minutes] = /^(?:(\d+)h)?(?:(\d+)m)?$/.exec(text.toLowerCase()) ?? [];
  if (hours === undefined && minutes === undefined) return undefined;
  return Math.min(Number(hours ?? 0) * 3_600_000 + Number(minutes ?? 0) * 60_000, Number.MAX_SAFE_INTEGER);
}
