import { type Auth, cleanLine, isPluginError, PluginError } from '@securitybot/core';
import { member } from './answer.js';
import { createClient } from './client.js';
import { createOnce } from './once.js';
import { type DuoAuthOptions, readOptions } from './options.js';
import { shown, usernameOf } from './prompt.js';
import { readStanding, type Standing } from './standing.js';
import { readStatus } from './status.js';
import { isTxid, readToken, writeToken } from './token.js';
import type { WireFailure } from './transport.js';
import { asError } from './trouble.js';

/** As long after it was sent, a push may still be open, in ms: Duo's 60 s, and what clocks may differ by. */
const OPEN_MS = 90_000;

interface Challenged {
  readonly token: string;
  readonly hint?: string;
}

/** The same error, which says that no push went out. */
function beforePush(error: unknown): unknown {
  if (!isPluginError(error)) return error;
  const { code, message, retryAfterMs, cause } = error;
  return new PluginError(code, message, {
    notSent: true,
    cause,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** A request that was read, and had no answer within the time of a long poll. */
function isStillWaiting(error: unknown): boolean {
  if (!isPluginError(error)) return false;
  const { reason, sent, begun } = (error.cause ?? {}) as Partial<WireFailure>;
  return reason === 'timeout' && sent === true && begun === false;
}

/** Duo does not know that `txid`, or, as some have seen, gave up its long poll: both are 40002. */
const isRefusal = (error: unknown) => isPluginError(error) && error.code === 'REJECTED';

/**
 * Duo push as the proof. Throws a PluginError, `BAD_CREDENTIALS`, for options that cannot be used; whether Duo accepts
 * them is what `checkDuo` asks.
 */
export function createDuoAuth(options: DuoAuthOptions): Auth {
  const settings = readOptions(options);
  const { clock, timeoutMs, longPollMs } = settings;
  const client = createClient(settings);
  const once = createOnce<Challenged & { readonly whom: string }>();

  async function preauth(username: string, signal: AbortSignal, endsAt: number): Promise<Standing> {
    const parameters = { username, client_supports_verified_push: '1' };
    const { response } = await client.ask({ method: 'POST', path: '/auth/v2/preauth', parameters }, signal, endsAt);
    return readStanding(response, settings);
  }

  async function push(username: string, reason: string, signal: AbortSignal): Promise<Challenged> {
    const began = clock.now();
    let standing: Standing;
    try {
      standing = await preauth(username, signal, began + timeoutMs / 2);
    } catch (error) {
      throw beforePush(error);
    }
    const { readiness, txid: verification, code } = standing;
    if (!readiness.ready) {
      const { reason: why } = readiness;
      if (why === 'bypassed' || why === 'locked-out') return { token: writeToken({ result: why }) };
      throw new PluginError(
        'REJECTED',
        `duo: "${username}" has no device that can be pushed to (${why}); they have to enroll one in Duo`,
      );
    }
    const parameters = {
      username,
      factor: 'push',
      device: 'auto',
      async: '1',
      ...shown(username, reason, settings),
      ...(verification === undefined ? {} : { txid: verification }),
    };
    const request = { method: 'POST', path: '/auth/v2/auth', parameters } as const;
    const { response } = await client.ask(request, signal, began + timeoutMs);
    const txid = member(response, 'txid');
    if (!isTxid(txid)) {
      throw asError({
        code: 'UNAVAILABLE',
        text: 'a push may be out, but Duo gave no txid to ask about it',
        advice: 'it counts as not answered; look for a newer version of @securitybot/auth-duo',
      });
    }
    const token = writeToken({ txid, sentAt: clock.now() });
    return code === undefined ? { token } : { token, hint: code };
  }

  return {
    name: 'duo',

    async readiness(subject, signal) {
      signal.throwIfAborted();
      const { readiness } = await preauth(usernameOf(subject), signal, clock.now() + timeoutMs);
      return readiness;
    },

    async challenge({ id, subject, reason }, signal) {
      signal.throwIfAborted();
      const username = usernameOf(subject);
      const { whom, ...challenged } = await once(id, async () => ({
        whom: username,
        ...(await push(username, reason, signal)),
      }));
      if (whom === username) return challenged;
      throw new PluginError(
        'REJECTED',
        `duo: the challenge "${cleanLine(id, 100)}" was sent to "${whom}" and says nothing of "${username}"; use an id once`,
      );
    },

    async check(text, signal) {
      signal.throwIfAborted();
      const token = readToken(text);
      if (!token) return 'expired'; // none of ours, or of a version that is gone
      if ('result' in token) return token.result;
      const { txid, sentAt } = token;
      const request = { method: 'GET', path: '/auth/v2/auth_status', parameters: { txid } } as const;
      try {
        const { response } = await client.ask(request, signal, clock.now() + longPollMs);
        return readStatus(response, settings);
      } catch (error) {
        if (isStillWaiting(error)) return 'pending';
        if (!isRefusal(error)) throw error;
        return Math.abs(clock.now() - sentAt) < OPEN_MS ? 'pending' : 'expired';
      }
    },
  };
}
