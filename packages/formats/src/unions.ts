import type { Cause, Severity, Verdict } from '@securitybot/core';

/** A union's members, complete by the compiler. */
const all = <T extends string>(members: Readonly<Record<T, true>>) => Object.keys(members) as [T, ...T[]];

export const SEVERITIES = all<Severity>({ low: true, medium: true, high: true, critical: true });
export const VERDICTS = all<Verdict['kind']>({ confirmed: true, escalated: true, muted: true });
export const CAUSES = all<Cause>({
  denied: true,
  unsure: true,
  'no-answer': true,
  'refused-proof': true,
  'push-denied': true,
  fraud: true,
  expired: true,
  'no-factor': true,
  bypassed: true,
  'locked-out': true,
  'push-limit': true,
  'auth-unavailable': true,
  'unknown-person': true,
  'ambiguous-person': true,
  undeliverable: true,
  'opted-out': true,
  flood: true,
});
