import type { SeenAlert, Severity } from '../contracts/alert.js';
import { isTimeZone, workingDeadline } from './hours.js';
import { type Policy, titlePolicy } from './policy.js';

const RANK: Readonly<Record<Severity, number>> = { low: 0, medium: 1, high: 2, critical: 3 };

/** Orders severities: positive where `a` is the more severe. */
export function compareSeverity(a: Severity, b: Severity): number {
  return RANK[a] - RANK[b];
}

/** How severe an alert is, after policy; medium where nothing is said. */
export function severityOf(alert: SeenAlert, policy: Policy): Severity {
  const said = titlePolicy(policy, alert.title).severity ?? alert.severity;
  return said !== undefined && Object.hasOwn(RANK, said) ? said : 'medium';
}

/** When silence about an alert ends: working time for low and medium (in the person's zone where known), the wall for high and critical. */
export function deadlineOf(alert: SeenAlert, severity: Severity, zone: string | undefined, policy: Policy): number {
  const durationMs = titlePolicy(policy, alert.title).answerMs ?? policy.answerMs[severity];
  if (compareSeverity(severity, 'high') >= 0) return alert.seenAt + durationMs;
  const hours = zone !== undefined && isTimeZone(zone) ? { ...policy.hours, zone } : policy.hours;
  return workingDeadline({ start: new Date(alert.seenAt), durationMs, hours }).getTime();
}
