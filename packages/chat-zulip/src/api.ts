import { type Clock, PluginError } from '@securitybot/core';
import { createBudget } from './budget.js';
import type { Line } from './connection.js';
import { networkError, replyError } from './errors.js';
import { type Json, objectOf } from './json.js';

/** A call that takes longer has failed, in ms. */
const CALL_MS = 15_000;
/** What is not urgent waits for Zulip's limit for so long, in ms; then its caller tries again later. */
const PATIENCE_MS = 10_000;
/** Who waited for the limit goes on at some time within this, in ms, so that not all do at once. */
const SPREAD_MS = 500;

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface CallOptions {
  /** What it is about, for messages: a person, a channel, a message. */
  readonly about?: string;
  /** It may use the calls that are kept for what cannot wait. */
  readonly first?: boolean;
  readonly timeoutMs?: number;
  /** Ends the call; it then rejects. */
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly body: Json;
  /** When Zulip answered, on its clock: ms since the epoch, UTC, in whole seconds. */
  readonly at: number | undefined;
}

/** Zulip's REST API. Throws a PluginError; `RATE_LIMITED` without a call while Zulip wants none. */
export interface Api {
  call(method: Method, path: string, parameters: Json, options?: CallOptions): Promise<Answer>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Texts as they are, anything else as JSON: the API takes both as form values. */
function formOf(parameters: Json): string {
  const values = Object.entries(parameters).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value.toWellFormed() : JSON.stringify(value),
  ]);
  return new URLSearchParams(values).toString();
}

export function createApi({ api, authorization, fetch, isProxied }: Line, clock: Clock, stopping: AbortSignal): Api {
  const budget = createBudget(clock);

  async function request(doing: string, method: Method, path: string, parameters: Json, options: CallOptions) {
    const { timeoutMs = CALL_MS, signal } = options;
    const form = formOf(parameters);
    const isGet = method === 'GET';
    const late = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${api}${path}${isGet && form !== '' ? `?${form}` : ''}`, {
        method,
        headers: {
          authorization,
          'user-agent': 'Securitybot',
          ...(isGet ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        },
        ...(isGet ? {} : { body: form }),
        redirect: 'manual', // the key is for this site alone
        signal: signal ? AbortSignal.any([late, signal]) : late,
      });
      const { status, headers } = response;
      return { status, headers, body: parse(await response.text()) };
    } catch (error) {
      throw networkError(doing, error, { isProxied });
    }
  }

  async function once(method: Method, path: string, parameters: Json, options: CallOptions): Promise<Answer> {
    const doing = `${method} ${path}${options.about === undefined ? '' : ` for ${options.about}`}`;
    const retryAfterMs = budget.waitMs(options.first ?? false);
    if (retryAfterMs > 0) {
      throw new PluginError('RATE_LIMITED', `zulip: ${doing}: Zulip wants fewer calls`, { retryAfterMs });
    }
    const { status, headers, body } = await request(doing, method, path, parameters, options);
    budget.learn(headers);
    const { result } = objectOf(body);
    if (status === 200 && result === 'success') {
      const at = Date.parse(headers.get('date') ?? '');
      return { body: objectOf(body), at: Number.isNaN(at) ? undefined : at };
    }
    const error = replyError(doing, { status, retryAfter: headers.get('retry-after'), body });
    if (error.code === 'RATE_LIMITED') budget.stop(error.retryAfterMs ?? 0);
    throw error;
  }

  return {
    async call(method, path, parameters, options = {}) {
      const end = clock.now() + PATIENCE_MS;
      for (;;) {
        try {
          return await once(method, path, parameters, options);
        } catch (error) {
          const wait = error instanceof PluginError && error.code === 'RATE_LIMITED' ? (error.retryAfterMs ?? 0) : 0;
          if (wait === 0 || clock.now() + wait > end || stopping.aborted) throw error;
          await clock.sleep(wait + Math.random() * SPREAD_MS, stopping);
        }
      }
    },
  };
}
