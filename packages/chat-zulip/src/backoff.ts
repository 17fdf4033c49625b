import { type Clock, PluginError } from '@securitybot/core';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** Pauses between tries that fail: they double, and differ by chance, so that not all processes try at once. */
export interface Backoff {
  /** Waits after a failure; not before the time that the error names. */
  pause(error: unknown): Promise<void>;
  /** It went well. */
  reset(): void;
}

export function createBackoff(clock: Clock, stopping: AbortSignal): Backoff {
  let failures = 0;
  return {
    async pause(error) {
      const bound = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
      failures += 1;
      const asked = error instanceof PluginError ? (error.retryAfterMs ?? 0) : 0;
      await clock.sleep(Math.max(asked, bound * (0.5 + Math.random() / 2)), stopping);
    },
    reset() {
      failures = 0;
    },
  };
}
