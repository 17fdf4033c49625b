import type { Settings } from './settings.js';

/** What a method counts as. `post`: messages, by channel. `free`: no limit that is worth the name. */
export type Tier = 1 | 2 | 3 | 4 | 'post' | 'free';

/** Counts calls, and says for how many seconds one must wait. https://docs.slack.dev/apis/web-api/rate-limits */
export interface Limits {
  /** Takes the call, and gives nothing; or does not, and gives the seconds of `Retry-After`. */
  take(method: string, tier: Tier, channel: string | undefined): number | undefined;
  /** A refusal was given out for so many seconds, by a limit or by a fault. */
  refused(method: string, channel: string | undefined, seconds: number): void;
  /** Whether a call comes before the time that was given. */
  tooEarly(method: string, channel: string | undefined): boolean;
  forget(): void;
}

const MINUTE = 60_000;
/** What arrives so soon after a refusal was on its way when that was told, in ms. */
const UNDER_WAY = 250;
/** Some clients round down, some clocks differ by a little: so much is not held against anybody, in ms. */
const HAIR = 100;

/** At most so many in any minute. */
function createWindow() {
  let times: number[] = [];
  return {
    /** Ms until there is room. */
    wait(most: number, now: number): number {
      while (times.length > 0 && (times[0] ?? 0) <= now - MINUTE) times.shift();
      return times.length < most ? 0 : (times[times.length - most] ?? now) + MINUTE - now;
    },
    add(now: number) {
      times.push(now);
    },
    clear() {
      times = [];
    },
  };
}

export function createLimits({ limits, now }: Pick<Settings, 'limits' | 'now'>): Limits {
  const methods = new Map<string, ReturnType<typeof createWindow>>();
  const workspace = createWindow();
  /** How many messages a channel takes at once, and since when that is so. */
  const channels = new Map<string, { tokens: number; at: number }>();
  const refusals = new Map<string, { readonly since: number; readonly until: number }>();
  const keyOf = (method: string, channel: string | undefined) =>
    channel === undefined ? method : `${method} ${channel}`;

  /** Ms until one more message may go to the channel. */
  const channelWait = (channel: string, time: number): number => {
    if (!limits) return 0;
    const { channelBurst, channelPerSecond } = limits;
    const bucket = channels.get(channel) ?? { tokens: channelBurst, at: time };
    bucket.tokens = Math.min(channelBurst, bucket.tokens + ((time - bucket.at) / 1000) * channelPerSecond);
    bucket.at = time;
    channels.set(channel, bucket);
    // A timer that rings a hair too early is no offence.
    return bucket.tokens >= 1 - 0.005 ? 0 : ((1 - bucket.tokens) / channelPerSecond) * 1000;
  };

  return {
    take(method, tier, channel) {
      if (!limits) return undefined;
      const time = now();
      const most = limits.methods[method] ?? (typeof tier === 'number' ? limits.tiers[tier - 1] : undefined);
      const window = methods.get(method) ?? createWindow();
      methods.set(method, window);
      const waits = [most === undefined ? 0 : window.wait(most, time)];
      const posts = tier === 'post' && channel !== undefined;
      if (posts) waits.push(channelWait(channel, time), workspace.wait(limits.workspacePerMinute, time));
      const wait = Math.max(...waits);
      if (wait > 0) return Math.max(1, Math.ceil(wait / 1000));
      if (most !== undefined) window.add(time);
      if (!posts) return undefined;
      const bucket = channels.get(channel);
      if (bucket) bucket.tokens -= 1;
      if (Number.isFinite(limits.workspacePerMinute)) workspace.add(time);
      return undefined;
    },
    refused(method, channel, seconds) {
      const key = keyOf(method, channel);
      const before = refusals.get(key);
      const since = before && now() < before.until ? before.since : now();
      refusals.set(key, { since, until: now() + seconds * 1000 });
    },
    tooEarly(method, channel) {
      const refusal = refusals.get(keyOf(method, channel));
      return refusal !== undefined && now() > refusal.since + UNDER_WAY && now() < refusal.until - HAIR;
    },
    forget() {
      refusals.clear();
    },
  };
}
