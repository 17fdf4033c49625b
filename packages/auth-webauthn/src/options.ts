import { PluginError } from '@securitybot/core';
import type { SqlDatabase } from '@securitybot/sql';

export interface WebauthnOptions {
  /** Where passkeys and proofs are kept: one that `migrate` of `@securitybot/sql` has set up. */
  readonly database: SqlDatabase;
  /**
   * Where the pages can be reached, such as `https://securitybot.example.com`: https, or http on `localhost`. Passkeys
   * are bound to its host for ever, which is what makes a page that only looks like it worthless.
   */
  readonly origin: string;
  /** Where the pages are below it. By default `/passkey`. */
  readonly path?: string;
  /** What the browser calls us. By default `Securitybot`. */
  readonly name?: string;
  /** How long a link to prove something is good, in ms. By default 5 minutes; policy may end the waiting sooner. */
  readonly linkMs?: number;
  /**
   * How old a passkey must be before it proves anything, in ms. By default 3 days: who steals an enrolment has that long
   * to be noticed. 0: at once.
   */
  readonly matureMs?: number;
}

export interface Settings {
  readonly database: SqlDatabase;
  readonly origin: string;
  /** The relying party's id: the host. */
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly linkMs: number;
  readonly matureMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function refuse(what: string): never {
  throw new PluginError('BAD_CREDENTIALS', `webauthn: ${what}`);
}

/** Only where a browser offers passkeys at all: https, or http on localhost, and never on a bare address. */
function readOrigin(text: string): URL {
  const advice = 'Write where people reach the pages, such as https://securitybot.example.com.';
  if (!URL.canParse(text)) refuse(`the origin ${JSON.stringify(text)} is no URL. ${advice}`);
  const url = new URL(text);
  const isLocal = url.hostname === 'localhost' || url.hostname.endsWith('.localhost');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal))
    refuse(`the origin ${JSON.stringify(text)} is not https, and browsers offer passkeys nowhere else. ${advice}`);
  if (/^[\d.]+$|^\[/.test(url.hostname))
    refuse(`the origin ${JSON.stringify(text)} is an address, and passkeys need a name. ${advice}`);
  if (url.pathname !== '/' || url.search || url.hash || url.username)
    refuse(`the origin ${JSON.stringify(text)} says more than scheme, host and port. ${advice}`);
  return url;
}

/** Throws a PluginError, `BAD_CREDENTIALS`, for what cannot be used. */
export function readOptions(options: WebauthnOptions): Settings {
  const { database, path = '/passkey', name = 'Securitybot', linkMs = 5 * MINUTE_MS, matureMs = 3 * DAY_MS } = options;
  const { origin, hostname } = readOrigin(options.origin);
  if (!/^(?:\/[a-z0-9-]+)+$/.test(path))
    refuse(`the path ${JSON.stringify(path)} cannot be used. Write one such as /passkey.`);
  if (!(linkMs >= 10_000))
    refuse(`a link that is good for ${linkMs} ms is of no use to anybody. Give at least 10,000.`);
  if (!(matureMs >= 0)) refuse(`a passkey cannot be ${matureMs} ms old. Give 0 or more.`);
  return { database, origin, host: hostname, path, name, linkMs, matureMs };
}
