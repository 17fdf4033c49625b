import type { Clock } from '@securitybot/core';

/** Of the calls that Zulip lets through in a minute, so many are kept for what cannot wait. */
const KEPT = 30;
/** What Zulip said of the calls that are left is believed for so long, in ms; then one more call asks. */
const BELIEVED_MS = 5000;

/**
 * How many calls Zulip lets through yet: all of one account's, in all processes, count together.
 * https://zulip.com/api/http-headers#rate-limiting-response-headers
 */
export interface Budget {
  /** How long a call has to wait, in ms. `first`: it may use what is kept. */
  waitMs(first: boolean): number;
  /** From any answer. */
  learn(headers: { get(name: string): string | null }): void;
  /** Zulip has refused a call for so long, in ms. */
  stop(ms: number): void;
}

export function createBudget(clock: Clock): Budget {
  let notBefore = 0;
  let left = Number.POSITIVE_INFINITY;
  let learnt = 0;

  return {
    waitMs(first) {
      const now = clock.now();
      const spared = !first && left <= KEPT ? learnt + BELIEVED_MS - now : 0;
      return Math.max(0, notBefore - now, spared);
    },
    learn(headers) {
      const [limit, remaining] = ['x-ratelimit-limit', 'x-ratelimit-remaining'].map((name) => headers.get(name) ?? '');
      if (!/^\d+$/.test(remaining ?? '')) return;
      // Where the limit itself is that low, nothing can be kept.
      left = Number(limit) > 2 * KEPT ? Number(remaining) : Number.POSITIVE_INFINITY;
      learnt = clock.now();
    },
    stop(ms) {
      notBefore = Math.max(notBefore, clock.now() + ms);
    },
  };
}
