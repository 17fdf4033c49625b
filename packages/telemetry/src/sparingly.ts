import type { Clock } from '@securitybot/core';

export interface Sparing {
  readonly clock: Clock;
  /** An answer, also that it failed, serves for as long, in ms; */
  readonly leastMs: number;
  /** and for so many times what it took. */
  readonly times?: number;
  /** Whoever asks waits no longer than this, in ms. What takes longer goes on, and serves those who ask later. */
  readonly patienceMs: number;
}

/**
 * A reading that may be asked for by anybody at any rate, and is made one at a time and not too often. Rejects as the
 * reading does, and with an Error where that takes too long.
 */
export function sparingly<T>(
  read: () => Promise<T>,
  { clock, leastMs, times = 0, patienceMs }: Sparing,
): () => Promise<T> {
  let last: Promise<T> | undefined;
  let freshUntil = Number.NEGATIVE_INFINITY;

  function fresh(): Promise<T> {
    if (last && clock.now() < freshUntil) return last;
    const began = clock.now();
    freshUntil = Number.POSITIVE_INFINITY; // until it is answered
    last = read().finally(() => {
      const now = clock.now();
      freshUntil = now + Math.max(leastMs, times * (now - began));
    });
    last.catch(() => {}); // it may fail when nobody waits any more
    return last;
  }

  return async () => {
    const over = new AbortController();
    const tooLong = clock.sleep(patienceMs, over.signal).then((): never => {
      throw new Error(`no answer within ${patienceMs} ms`);
    });
    tooLong.catch(() => {});
    try {
      return await Promise.race([fresh(), tooLong]);
    } finally {
      over.abort();
    }
  };
}
