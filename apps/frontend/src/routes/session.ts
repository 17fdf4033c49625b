import type { OpenAPIHono } from '@hono/zod-openapi';
import { timeOf } from '@securitybot/formats';
import { type Actor, recorded } from '@securitybot/sql';
import type { Context } from 'hono';
import { createJar } from '../access/cookies.js';
import { type AppEnv, type GuardParts, tooMany } from '../access/guard.js';
import type { Identity } from '../access/identity.js';
import type { Going, Oidc } from '../access/oidc.js';
import { csrfOf, keyOf } from '../access/secrets.js';
import { endSession, type Person, SESSION_MS, spendLink, startSession } from '../access/sessions.js';
import * as routes from '../contract/routes.js';
import type { Session } from '../contract/session.js';
import { problem } from '../problems.js';

const BEGIN = '/sign-in/oidc';
const BACK = '/sign-in/oidc/callback';
/** How long somebody may take at the provider, in s. */
const AWAY = 600;

export interface SessionParts extends GuardParts {
  readonly oidc?: Oidc;
  /** Whether there is a demo room. */
  readonly demo: boolean;
  readonly onError: (error: unknown) => void;
}

function readGoing(text: string | undefined): Going | undefined {
  const [state, nonce, verifier, ...more] = text?.split('.') ?? [];
  return state && nonce && verifier && more.length === 0 ? { state, nonce, verifier } : undefined;
}

export function addSession(app: OpenAPIHono<AppEnv>, parts: SessionParts): void {
  const { database, site, limits, session, streams, oidc, demo, onError } = parts;

  const told = (identity: Identity | undefined): Session => ({
    user: identity ? { name: identity.name, role: identity.role, until: timeOf(identity.until) ?? '' } : null,
    csrf: identity?.csrf ?? null,
    sign_in: { oidc: oidc ? BEGIN : null },
    demo,
  });

  /** Ends the session that a browser has, and what is being told to it. */
  async function endCarried(context: Context): Promise<void> {
    const secret = session.get(context);
    if (secret === undefined) return;
    await endSession(database, secret);
    streams.end(keyOf(secret));
  }

  async function letIn(context: Context, person: Person, how: Actor['how']): Promise<string> {
    let secret = '';
    await recorded(database, { name: person.name, how }, 'sign-in', [person.role], async () => {
      await endCarried(context);
      secret = await startSession(database, person);
      return ['done'];
    });
    session.set(context, secret, SESSION_MS / 1000);
    return secret;
  }

  app.openapi(routes.readSession, (context) => context.json(told(context.get('identity')), 200));

  app.openapi(routes.signIn, async (context) => {
    const seconds = await limits.signIns(site.addressOf(context));
    if (seconds !== undefined) return tooMany(context, seconds) as never;
    const person = await spendLink(database, context.req.valid('json').code);
    if (!person) {
      const detail = 'The link was used, or is older than 15 minutes. "securitybot sign-in" makes another.';
      return problem(context, 'forbidden', detail) as never;
    }
    const secret = await letIn(context, person, 'link');
    const until = Date.now() + SESSION_MS;
    return context.json(told({ ...person, how: 'session', key: '', until, csrf: csrfOf(secret) }), 200);
  });

  app.openapi(routes.signOut, async (context) => {
    const identity = context.get('identity');
    if (identity?.how === 'session') {
      await recorded(database, identity, 'sign-out', [identity.role], async () => {
        await endCarried(context);
        return ['done'];
      });
    }
    session.clear(context);
    return context.json(told(undefined), 200);
  });

  if (!oidc) return;
  const going = createJar(site, 'securitybot-going', true);
  const refused = (context: Context, why: string) => context.redirect(`/sign-in?problem=${why}`);

  app.get(BEGIN, async (context) => {
    const seconds = await limits.strangers(site.addressOf(context));
    if (seconds !== undefined) return tooMany(context, seconds);
    try {
      const begun = await oidc.begin(site.originOf(context) + BACK);
      const { state, nonce, verifier } = begun.going;
      // The cookie of a session does not come back from elsewhere: who signs in anew is signed out here.
      await endCarried(context);
      session.clear(context);
      going.set(context, [state, nonce, verifier].join('.'), AWAY);
      return context.redirect(begun.url.href);
    } catch (error) {
      onError(error);
      return refused(context, 'provider');
    }
  });

  app.get(BACK, async (context) => {
    const seconds = await limits.strangers(site.addressOf(context));
    if (seconds !== undefined) return tooMany(context, seconds);
    const kept = readGoing(going.get(context));
    going.clear(context);
    if (!kept) return refused(context, 'stale');
    const { search } = new URL(context.req.url);
    try {
      const { name, role } = await oidc.finish(new URL(site.originOf(context) + BACK + search), kept);
      if (role) await letIn(context, { name, role }, 'oidc');
      else await recorded(database, { name, how: 'oidc' }, 'sign-in.refused', ['no group'], async () => ['done']);
      return role ? context.redirect('/') : refused(context, 'group');
    } catch (error) {
      onError(error);
      return refused(context, 'refused');
    }
  });
}
