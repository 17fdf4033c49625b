import type { Severity, Verdict } from '@securitybot/core';

/** A union's members, complete by the compiler. */
const all = <T extends string>(members: Readonly<Record<T, true>>) => Object.keys(members) as [T, ...T[]];

export const SEVERITIES = all<Severity>({ low: true, medium: true, high: true, critical: true });
export const VERDICTS = all<Verdict['kind']>({ confirmed: true, escalated: true, muted: true });
