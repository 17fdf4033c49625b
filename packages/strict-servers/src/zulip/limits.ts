const MINUTE = 60_000;
/** Some clocks differ by a little: so much is not held against anybody, in ms. */
const HAIR = 100;

/** At most so many calls in any minute, all of the bot's together. */
export interface Limits {
  /** Takes the call, and gives nothing; or does not, and gives the ms to wait. */
  take(): number | undefined;
  /** A refusal was given out. */
  refused(waitMs: number): void;
  /** Whether a call comes before the time that was given. */
  tooEarly(): boolean;
  /** https://zulip.com/api/http-headers#rate-limiting-response-headers */
  headers(): Record<string, string>;
  forget(): void;
}

export function createLimits(limit: number | false, now: () => number): Limits {
  let times: number[] = [];
  let notBefore = 0;
  const prune = () => {
    times = times.filter((time) => time > now() - MINUTE);
  };
  return {
    take() {
      prune();
      if (limit === false) return undefined;
      const oldest = times[times.length - limit];
      if (oldest !== undefined) return oldest + MINUTE - now();
      times.push(now());
      return undefined;
    },
    refused(waitMs) {
      notBefore = Math.max(notBefore, now() + waitMs);
    },
    tooEarly: () => now() < notBefore - HAIR,
    headers() {
      if (limit === false) return {};
      prune();
      return {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(Math.max(0, limit - times.length)),
        'x-ratelimit-reset': String(Math.ceil(((times.at(-1) ?? now() - MINUTE) + MINUTE) / 1000)),
      };
    },
    forget() {
      times = [];
      notBefore = 0;
    },
  };
}
