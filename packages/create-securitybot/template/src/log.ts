import { isPluginError, type Observation } from '@securitybot/core';

/** A line of JSON on stderr. No text of an alert goes there. */
export function log(level: 'info' | 'warn' | 'error', message: string): void {
  console.error(JSON.stringify({ time: new Date().toISOString(), level, message }));
}

/** What of all that happens is worth a line. */
export function observe(observation: Observation): void {
  if (observation.type === 'failure') {
    const { doing, error } = observation;
    const why = isPluginError(error) ? `${error.code}: ${error.message}` : String(error);
    log('error', `could not ${doing}: ${why}`);
  }
  if (observation.type === 'verdict') {
    const { alert, verdict } = observation;
    log('info', `${alert}: ${verdict.kind}${verdict.kind === 'escalated' ? ` (${verdict.cause})` : ''}`);
  }
}
