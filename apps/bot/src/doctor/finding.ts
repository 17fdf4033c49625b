import type { Finding as PluginFinding } from '@securitybot/core';

/** One thing that was looked at. */
export interface Finding extends PluginFinding {
  readonly check: string;
  /** What to do. */
  readonly advice?: string;
  /** What exactly; some of them, where they are many. */
  readonly items?: readonly string[];
}

/** Of a list, so many are named. */
export const NAMED = 20;

/** The first of a list that was read one longer than is named, and how many there are: `3`, or `more than 20`. */
export function some<T>(found: readonly T[]): { readonly first: readonly T[]; readonly count: string } {
  const first = found.slice(0, NAMED);
  return { first, count: found.length > first.length ? `more than ${NAMED}` : String(found.length) };
}
