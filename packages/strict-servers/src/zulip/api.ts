import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Endpoint } from './endpoints/endpoint.js';
import { messageEndpoints } from './endpoints/messages.js';
import { queueEndpoints } from './endpoints/queues.js';
import { userEndpoints } from './endpoints/users.js';
import { bodyOf, failure, isRefusal, type Refusal, refusal } from './failure.js';
import { type createFaults, give, tooMany } from './faults.js';
import type { Limits } from './limits.js';
import { check, match } from './parameters.js';
import { type Arrived, arrive } from './request.js';
import type { ZulipCall } from './types.js';
import type { World } from './world.js';

export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const ENDPOINTS: Readonly<Record<string, Endpoint>> = { ...queueEndpoints, ...messageEndpoints, ...userEndpoints };
/** These need no key. */
const OPEN = ['GET /server_settings'];

type Revoked = 'key' | 'account' | 'organization' | undefined;

export interface Api {
  answer(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Each answer waits for so many ms of real time. */
  delay(ms: number): void;
  /** `undefined`: all is well again. */
  revoke(what: Revoked): void;
}

interface Parts {
  readonly calls: Mutable<ZulipCall>[];
  readonly limits: Limits;
  readonly ordered: ReturnType<typeof createFaults>;
}

/** The REST API over HTTP. https://zulip.com/api/rest */
export function createApi(world: World, { calls, limits, ordered }: Parts): Api {
  const { settings, bell, violate } = world;
  let delayMs = 0;
  let revoked: Revoked;

  /** Throws a Refusal where the caller is not the bot. */
  function admit(endpoint: string, { credentials }: Arrived): void {
    const unauthorized = (message: string, code: string) => failure(message, { status: 401, code });
    if (!credentials) {
      const refused = unauthorized('Missing authorization header for basic auth', 'UNAUTHORIZED');
      throw refusal('bad-authorization', `${endpoint}: no "Basic base64(email:key)"`, refused);
    }
    const { email, key } = credentials;
    if (revoked === 'key' || key !== settings.apiKey || email.toLowerCase() !== settings.email.toLowerCase()) {
      throw unauthorized('Invalid API key', 'INVALID_API_KEY');
    }
    if (revoked === 'account') throw unauthorized('Account is deactivated', 'USER_DEACTIVATED');
    if (revoked === 'organization') {
      throw unauthorized('This organization has been deactivated', 'REALM_DEACTIVATED');
    }
    if (settings.botType === 2)
      throw unauthorized('This API is not available to incoming webhook bots.', 'UNAUTHORIZED');
  }

  /** What Zulip says to a call. Throws a Refusal; `undefined`: there is nobody to tell any more. */
  async function say(
    endpoint: string,
    arrived: Arrived,
    call: ZulipCall,
    gone: AbortSignal,
  ): Promise<string | undefined> {
    if (arrived.isStrange) {
      const refused = failure('Malformed payload');
      throw refusal('bad-content-type', `${endpoint}: a body that is no form`, refused);
    }
    const ignored = check(endpoint, arrived.parameters);
    for (const name of ignored) violate('bad-parameter', `${endpoint}: it knows no ${name}`);
    const data = await ENDPOINTS[endpoint]?.({ given: call.parameters, world, gone });
    if (!data) return undefined;
    const more = ignored.length > 0 ? { ignored_parameters_unsupported: ignored } : {};
    return JSON.stringify({ result: 'success', msg: '', ...data, ...more });
  }

  function refuse(response: ServerResponse, call: Mutable<ZulipCall>, refused: Refusal): void {
    if (refused.violation) violate(refused.violation.rule, refused.violation.detail);
    call.code = refused.code;
    call.status = give(response, refused.status, JSON.stringify(bodyOf(refused)));
  }

  async function respond(
    { endpoint, arrived, call }: { endpoint: string; arrived: Arrived; call: Mutable<ZulipCall> },
    response: ServerResponse,
    gone: AbortSignal,
  ): Promise<void> {
    if (!OPEN.includes(endpoint)) {
      admit(endpoint, arrived);
      if (limits.tooEarly()) violate('ignored-retry-after', `${endpoint}: called before its Retry-After was over`);
    }
    const fault = ordered.take(endpoint);
    const waitMs = fault ? fault.waitMs : OPEN.includes(endpoint) ? undefined : limits.take();
    if (waitMs !== undefined) limits.refused(waitMs);
    if (!fault && waitMs !== undefined) {
      const { headers, body } = tooMany(waitMs / 1000);
      call.code = 'RATE_LIMIT_HIT';
      call.status = give(response.setHeaders(new Map(Object.entries({ ...headers, ...limits.headers() }))), 429, body);
      return;
    }
    const said = fault && !fault.done ? '' : await say(endpoint, arrived, call, gone);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (said === undefined || gone.aborted) return void response.socket?.destroy();
    response.setHeaders(new Map(Object.entries(limits.headers())));
    if (fault?.code !== undefined) call.code = fault.code;
    call.status = fault ? fault.answer(response) : give(response, 200, said);
  }

  return {
    async answer(request, response) {
      const gone = new AbortController();
      response.on('close', () => gone.abort());
      response.setHeader('date', new Date(settings.now()).toUTCString());
      const arrived = await arrive(request);
      const { method, path, parameters, userAgent } = arrived;
      const { endpoint, ids } = match(method, path) ?? { endpoint: `${method} ${path}`, ids: {} };
      const call: Mutable<ZulipCall> = {
        at: settings.now(),
        endpoint,
        parameters: { ...parameters, ...ids },
        status: 0,
      };
      calls.push(call);
      bell.ring();
      if (!userAgent) violate('no-user-agent', `${endpoint}: no User-Agent`);
      try {
        if (!(endpoint in ENDPOINTS)) {
          throw refusal(
            'unknown-endpoint',
            `${endpoint}: there is no such endpoint`,
            failure('Not Found', { status: 404 }),
          );
        }
        await respond({ endpoint, arrived, call }, response, gone.signal);
      } catch (error) {
        refuse(response, call, isRefusal(error) ? error : failure(String(error), { status: 500, code: 'INTERNAL' }));
      }
      bell.ring();
    },
    delay(ms) {
      delayMs = ms;
    },
    revoke(what) {
      revoked = what;
    },
  };
}
