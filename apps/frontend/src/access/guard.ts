import type { SqlDatabase } from '@securitybot/sql';
import type { Context, MiddlewareHandler } from 'hono';
import * as routes from '../contract/routes.js';
import { notThere, problem } from '../problems.js';
import type { Limits } from '../web/limits.js';
import type { Site } from '../web/site.js';
import type { Jar } from './cookies.js';
import type { Identity } from './identity.js';
import { may, rolesFor } from './roles.js';
import { isSame } from './secrets.js';
import { whoHasSession } from './sessions.js';
import type { Streams } from './streams.js';
import { whoHasToken } from './tokens.js';

/** What handlers know of a request. */
export interface AppEnv {
  readonly Variables: { readonly identity: Identity | undefined };
}

export interface GuardParts {
  readonly database: SqlDatabase;
  readonly site: Site;
  readonly limits: Limits;
  readonly session: Jar;
  readonly streams: Streams;
}

const KNOWN = Object.values(routes).map((route) => ({
  method: route.method.toUpperCase(),
  path: new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`),
  needs: route['x-needs'],
}));

export function tooMany(context: Context, seconds: number): Response {
  context.header('retry-after', String(seconds));
  return problem(context, 'too-many', `Try again in ${seconds} s.`);
}

/** The token that a request comes with. */
const bearer = (authorization = ''): string | undefined => /^Bearer +(\S+)$/i.exec(authorization)?.[1];

/** Who asks, by a token or by a session; a token that is none is not made up for by a session. */
export async function identify(context: Context, { database, session }: GuardParts): Promise<Identity | undefined> {
  const authorization = context.req.header('authorization');
  if (authorization !== undefined) {
    const token = bearer(authorization);
    return token === undefined ? undefined : whoHasToken(database, token);
  }
  const secret = session.get(context);
  return secret === undefined ? undefined : whoHasSession(database, secret);
}

/** A browser says whose page a request is from: no other page may change anything here, in whoever's name. */
function isForeign(context: Context, site: Site): boolean {
  const origin = context.req.header('origin');
  if (origin !== undefined && origin !== site.originOf(context)) return true;
  const from = context.req.header('sec-fetch-site');
  return from !== undefined && from !== 'same-origin' && from !== 'none';
}

function hasCsrf(context: Context, { csrf }: Identity): boolean {
  return csrf === undefined || isSame(Buffer.from(context.req.header('x-csrf-token') ?? ''), Buffer.from(csrf));
}

const isReading = (method: string) => method === 'GET' || method === 'HEAD';

function unauthenticated(context: Context): Response {
  const isToken = bearer(context.req.header('authorization')) !== undefined;
  // https://www.rfc-editor.org/rfc/rfc6750#section-3.1
  context.header('www-authenticate', isToken ? 'Bearer error="invalid_token"' : 'Bearer');
  const detail = isToken
    ? 'This token is unknown, has ended or was revoked: see `securitybot token list`.'
    : 'Sign in, or send a token as "Authorization: Bearer …".';
  return problem(context, 'unauthenticated', detail);
}

/** Lets through who may do what the route needs. What is no route of the contract is nobody's. */
export function guard(parts: GuardParts): MiddlewareHandler<AppEnv> {
  const { site, limits } = parts;
  const stranger = async (context: Context, refuse: () => Response) => {
    const seconds = await limits.strangers(site.addressOf(context));
    return seconds === undefined ? refuse() : tooMany(context, seconds);
  };
  return async (context, next) => {
    const method = context.req.method === 'HEAD' ? 'GET' : context.req.method;
    const here = KNOWN.filter(({ path }) => path.test(context.req.path));
    const route = here.find((each) => each.method === method);
    if (!route) {
      if (here.length === 0) return stranger(context, () => notThere(context));
      context.header('allow', here.map((each) => each.method).join(', '));
      return stranger(context, () => problem(context, 'wrong-method'));
    }
    if (!isReading(method) && isForeign(context, site)) {
      return stranger(context, () => problem(context, 'forbidden', 'A page from elsewhere asks for a change.'));
    }
    const identity = await identify(context, parts);
    context.set('identity', identity);
    if (!identity) {
      const seconds = await limits.strangers(site.addressOf(context));
      if (seconds !== undefined) return tooMany(context, seconds);
      if (route.needs === 'anybody') return next();
      return unauthenticated(context);
    }
    const seconds = await limits.requests(identity.key);
    if (seconds !== undefined) return tooMany(context, seconds);
    if (!isReading(method) && !hasCsrf(context, identity)) {
      return problem(context, 'forbidden', 'X-CSRF-Token is not that of the session; GET /api/session tells it.');
    }
    if (may(identity.role, route.needs)) return next();
    return problem(
      context,
      'forbidden',
      `The role ${identity.role} may not do that: it is for ${rolesFor(route.needs).join(' or ')}.`,
    );
  };
}
