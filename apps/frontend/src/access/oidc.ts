import { cleanLine } from '@securitybot/core';
import * as client from 'openid-client';
import { isLoopback } from '../settings.js';
import type { Person } from './sessions.js';

/** An OpenID provider, and who may come in from there. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What is asked for. Default `openid profile email`. */
  readonly scope?: string;
  /** The claim that names a person's groups. Default `groups`. */
  readonly groupsClaim?: string;
  /** Who is in one of these may see everything. */
  readonly viewers: readonly string[];
  /** Who is in one of these may change things, too. */
  readonly admins: readonly string[];
}

/** What the browser keeps between going to the provider and coming back. */
export interface Going {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface Oidc {
  /** Where to send the browser. `back`: where the provider is to send it then. */
  begin(back: string): Promise<{ readonly url: URL; readonly going: Going }>;
  /**
   * Who comes back. `url`: the address they came back to, with what the provider says. Undefined role: nobody whom a group lets in. Throws
   * what is wrong with what they bring.
   */
  finish(url: URL, going: Going): Promise<{ readonly name: string; readonly role?: Person['role'] }>;
}

/** The library says what went wrong in the cause. */
function said(error: unknown): Error {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return new Error(`signing in with OpenID Connect: ${cleanLine(why, 500)}`, { cause: error });
}

/** How long a provider may take, in s. */
const PATIENCE = 10;

const listOf = (claim: unknown): readonly unknown[] => (Array.isArray(claim) ? claim : [claim]);

/**
 * What the record calls them. Only an address that the provider has verified: any other, and any name, may be what somebody has typed
 * who wants to pass for somebody else. https://openid.net/specs/openid-connect-core-1_0.html#ClaimStability
 */
function nameOf({ sub, email, email_verified: isVerified }: Partial<client.UserInfoResponse>): string {
  return isVerified === true && email ? email : String(sub);
}

export function createOidc(settings: OidcSettings): Oidc {
  const { issuer, clientId, clientSecret, scope = 'openid profile email', groupsClaim = 'groups' } = settings;
  const isLocal = isLoopback(new URL(issuer).hostname);
  let found: Promise<client.Configuration> | undefined;

  /** Looked up when first needed, and again where that failed. */
  function configuration(): Promise<client.Configuration> {
    found ??= client
      .discovery(new URL(issuer), clientId, clientSecret, undefined, {
        timeout: PATIENCE,
        ...(isLocal && { execute: [client.allowInsecureRequests] }),
      })
      .catch((error: unknown) => {
        found = undefined;
        throw said(error);
      });
    return found;
  }

  return {
    async begin(back) {
      const config = await configuration();
      const going = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: back,
        scope,
        state: going.state,
        nonce: going.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(going.verifier),
        code_challenge_method: 'S256',
      });
      return { url, going };
    },
    async finish(url, { state, nonce, verifier }) {
      const config = await configuration();
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const tokens = await client.authorizationCodeGrant(config, url, checks).catch((error: unknown) => {
        throw said(error);
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider sent no ID token');
      const known =
        claims[groupsClaim] === undefined && config.serverMetadata().userinfo_endpoint !== undefined
          ? { ...(await client.fetchUserInfo(config, tokens.access_token, claims.sub)), ...claims }
          : claims;
      const groups = listOf(known[groupsClaim]);
      const isIn = (those: readonly string[]) => those.some((group) => groups.includes(group));
      const name = cleanLine(nameOf(known), 255);
      if (isIn(settings.admins)) return { name, role: 'admin' };
      return isIn(settings.viewers) ? { name, role: 'viewer' } : { name };
    },
  };
}
