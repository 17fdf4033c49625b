import type { Clock } from '@securitybot/core';
import type { SlackLog } from './log.js';

/** What waits longer than this is worth a line in the log, in ms. */
const WORTH_TELLING_MS = 60_000;
/** Delays are told together, so many ms after the first. */
const TOGETHER_MS = 5000;
/** Of so many the first try is remembered; beyond, the oldest are forgotten. */
const MOST = 10_000;

/** How long things wait for Slack's limits in all, over every try: a queue gives up sooner than its caller. */
export interface Delays {
  begin(thing: string): void;
  /** It was given up for now, or is `out`. */
  end(thing: string, isOut: boolean): void;
}

/** `things`: what they are called, one and many. */
export function createDelays(
  things: readonly [string, string],
  clock: Clock,
  log: SlackLog,
  stopping: AbortSignal,
): Delays {
  const begun = new Map<string, { readonly at: number; told: boolean }>();
  let late = 0;
  let longest = 0;

  async function tell(): Promise<void> {
    await clock.sleep(TOGETHER_MS, stopping);
    const [one, many] = things;
    const what = late === 1 ? `1 ${one} has` : `${late} ${many} have`;
    log('warn', `slack: ${what} waited for more than a minute for Slack's limits, the longest ${longest} s`);
    late = 0;
    longest = 0;
  }

  return {
    begin(thing) {
      if (begun.has(thing)) return;
      begun.set(thing, { at: clock.now(), told: false });
      for (const oldest of begun.keys()) {
        if (begun.size <= MOST) break;
        begun.delete(oldest);
      }
    },
    end(thing, isOut) {
      const known = begun.get(thing);
      if (!known) return;
      const waited = clock.now() - known.at;
      if (waited > WORTH_TELLING_MS && !known.told) {
        known.told = true;
        late += 1;
        longest = Math.max(longest, Math.round(waited / 1000));
        if (late === 1) void tell();
      }
      if (isOut) begun.delete(thing);
    },
  };
}
