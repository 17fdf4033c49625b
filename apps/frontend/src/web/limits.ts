import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** How often somebody may do something. */
export interface Limits {
  /** Requests of somebody signed in. */
  readonly requests: Limit;
  /** Requests of an address that are nobody's. */
  readonly strangers: Limit;
  /** Requests of an address for pages of others: who proves something makes five, and a company may have one address. */
  readonly pages: Limit;
  /** Codes that an address tries. */
  readonly signIns: Limit;
}

/** @returns how many seconds to wait; undefined: go on. */
type Limit = (key: string) => Promise<number | undefined>;

function perMinute(points: number): Limit {
  const limiter = new RateLimiterMemory({ points, duration: 60 });
  return async (key) => {
    try {
      await limiter.consume(key);
      return undefined;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      return Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    }
  };
}

/** Counted by each process for itself: they keep one machine from being worn out, and are no secret's only guard. */
export function createLimits(): Limits {
  return { requests: perMinute(1200), strangers: perMinute(120), pages: perMinute(300), signIns: perMinute(10) };
}
