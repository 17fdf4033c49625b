import type { PluginErrorCode } from './error.js';

/** Something about a plugin's set-up that was looked at: a doctor prints it, and a start may log it. */
export interface Finding {
  /** `fail`: something does not work that has to; `warn`: somebody should look at it; `ok`. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** Of what fails. `UNAVAILABLE`, `RATE_LIMITED`: it could not be told just now. */
  readonly code?: PluginErrorCode;
  /** What is so, and what to do about it; whose set-up it is, its reader says. */
  readonly text: string;
}
