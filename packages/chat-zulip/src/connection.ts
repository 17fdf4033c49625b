import { PluginError } from '@securitybot/core';
import { Agent, fetch, ProxyAgent } from 'undici';

/** What the plugin needs of `fetch`. */
export type ZulipFetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly redirect: 'manual';
    readonly signal: AbortSignal;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

/** Where Zulip is, and who the bot is there. */
export interface ZulipConnection {
  /** The organization's address, such as `https://example.zulipchat.com`. HTTP only on this machine. */
  readonly site: string;
  /** The bot's e-mail address in Zulip. */
  readonly email: string;
  readonly apiKey: string;
  /** PEM of the authority that vouches for the site, where it is none that Node.js knows. */
  readonly ca?: string;
  /** The address of an HTTP proxy that tunnels (`CONNECT`). */
  readonly proxy?: string;
  /** A `fetch` of your own; `ca` and `proxy` are then its business. */
  readonly fetch?: ZulipFetch;
}

/** An answer that is longer is none of Zulip's, in bytes: a hundred messages of the longest are shorter. */
const MOST_BYTES = 20_000_000;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

function refuse(what: string): PluginError {
  return new PluginError('BAD_CREDENTIALS', `zulip: ${what}`);
}

function readSite(site: string): string {
  const example = 'Give the address of the organization, such as https://example.zulipchat.com.';
  if (!URL.canParse(site)) throw refuse(`the site ${JSON.stringify(site.slice(0, 100))} is no address. ${example}`);
  const { protocol, hostname, origin, pathname, username, password, search, hash } = new URL(site);
  if (username || password || search || hash) throw refuse(`the site holds more than an address. ${example}`);
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK.includes(hostname))) {
    throw refuse(`the site ${origin} is not https: the key would travel in the open. ${example}`);
  }
  return origin + pathname.replace(/\/+$/, '');
}

/** A connection, looked at: where the API is, and how it is called. */
export interface Line {
  /** Without a slash at its end. */
  readonly api: string;
  readonly authorization: string;
  readonly fetch: ZulipFetch;
  readonly isProxied: boolean;
}

/** Throws a PluginError (`BAD_CREDENTIALS`) for an address or a key that cannot be one. */
export function readConnection({ site, email, apiKey, ca, proxy, fetch: own }: ZulipConnection): Line {
  const api = `${readSite(site)}/api/v1`;
  if (!/^[^\s@:]+@[^\s@:]+$/.test(email)) throw refuse('the bot’s e-mail address is none. Copy it from its zuliprc.');
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw refuse('the API key is empty, or holds blanks. Copy it from the zuliprc.');
  const authorization = `Basic ${Buffer.from(`${email}:${apiKey}`).toString('base64')}`;
  const line = { api, authorization, isProxied: proxy !== undefined };
  if (own) return { ...line, fetch: own };
  const connect = ca === undefined ? {} : { ca };
  const dispatcher =
    proxy === undefined
      ? new Agent({ connect, maxResponseSize: MOST_BYTES })
      : new ProxyAgent({ uri: proxy, proxyTunnel: true, requestTls: connect, maxResponseSize: MOST_BYTES });
  return { ...line, fetch: (url, init) => fetch(url, { ...init, dispatcher }) };
}
