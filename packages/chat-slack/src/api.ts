import { type Clock, PluginError } from '@securitybot/core';
import { within } from './clock.js';
import { slackError } from './errors.js';
import { type Json, objectOf } from './json.js';

/** What we need of a WebClient (`@slack/web-api`). */
export interface SlackWeb {
  apiCall(method: string, options?: Record<string, unknown>): Promise<unknown>;
}

/** A call that takes longer has failed, in ms: a client of somebody else may know no timeout. */
const CALL_MS = 20_000;
/** Who waited for a limit goes on at some time within this, in ms, so that not all do at once. */
const SPREAD_MS = 500;

export interface CallOptions {
  /** What it is about, for messages: a channel or a person, by id. */
  readonly about?: string;
  /** A 429 is about the channel alone, and does not stop the method. */
  readonly ownLimit?: boolean;
}

/** Slack's Web API. A method that Slack has limited is not called again before its time; others go on. */
export interface Api {
  /** One call. Throws a PluginError; `RATE_LIMITED` without a call while the method is stopped. */
  call(method: string, options: Json, more?: CallOptions): Promise<Json>;
  /** The same, again and again while Slack limits it, for at most so many ms; then `RATE_LIMITED`. */
  patiently(patienceMs: number, method: string, options: Json, more?: CallOptions): Promise<Json>;
  /** How long the method is stopped, in ms. */
  stoppedMs(method: string): number;
}

export function createApi(web: SlackWeb, clock: Clock, stopping: AbortSignal): Api {
  const stoppedUntil = new Map<string, number>();
  const stoppedMs = (method: string) => Math.max(0, (stoppedUntil.get(method) ?? 0) - clock.now());

  async function call(method: string, options: Json, { about, ownLimit = false }: CallOptions = {}): Promise<Json> {
    const doing = about === undefined ? method : `${method} for ${about}`;
    const retryAfterMs = stoppedMs(method);
    if (retryAfterMs > 0 && !ownLimit) {
      throw new PluginError('RATE_LIMITED', `slack: ${doing}: Slack wants fewer calls`, { retryAfterMs });
    }
    try {
      const answer = await within(clock, CALL_MS, web.apiCall(method, { ...options }));
      if (answer === undefined) {
        throw new PluginError('UNAVAILABLE', `slack: ${doing}: no answer within ${CALL_MS} ms`);
      }
      return objectOf(answer);
    } catch (thrown) {
      const error = slackError(doing, thrown);
      if (error.code === 'RATE_LIMITED' && !ownLimit) {
        stoppedUntil.set(method, Math.max(stoppedUntil.get(method) ?? 0, clock.now() + (error.retryAfterMs ?? 0)));
      }
      throw error;
    }
  }

  return {
    call,
    stoppedMs,
    async patiently(patienceMs, method, options, more) {
      const end = clock.now() + patienceMs;
      for (;;) {
        try {
          return await call(method, options, more);
        } catch (error) {
          const wait = error instanceof PluginError && error.code === 'RATE_LIMITED' ? (error.retryAfterMs ?? 0) : 0;
          if (wait === 0 || clock.now() + wait > end || stopping.aborted) throw error;
          await clock.sleep(wait + Math.random() * SPREAD_MS, stopping);
        }
      }
    },
  };
}
