import { setTimeout as delay } from 'node:timers/promises';
import { isPluginError } from '@securitybot/core';
import type { Logger } from 'pino';
import { errorFields } from './log.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** How long to wait after so many failures, in ms: it doubles, and scatters, so that replicas do not all come at once. */
export function pauseAfter(failures: number, random = Math.random()): number {
  const longest = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  return Math.round(longest * (0.5 + random / 2));
}

/**
 * Runs it, and again while what it needs is away (`UNAVAILABLE`), until that is there; each failure is logged as
 * `could not …`. Undefined: told to stop meanwhile. Whatever else goes wrong is thrown.
 */
export async function patiently<T>(
  doing: string,
  run: () => Promise<T>,
  { log, stopping }: { readonly log: Logger; readonly stopping: AbortSignal },
): Promise<T | undefined> {
  for (let failures = 1; !stopping.aborted; failures += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isPluginError(error) || error.code !== 'UNAVAILABLE') throw error;
      const againMs = pauseAfter(failures);
      log.error({ ...errorFields(error), againMs }, `could not ${doing}: waiting for it`);
      await delay(againMs, undefined, { signal: stopping }).catch(() => {});
    }
  }
  return undefined;
}
