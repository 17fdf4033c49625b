import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { PluginError } from '@securitybot/core';
import { parseServerUrl, redact, schemeOf } from '../url.js';

/** What the URL of a server says, MySQL's and PostgreSQL's alike. */
export interface ServerOptions {
  readonly url: URL;
  /** Connections at the most. */
  readonly pool: number;
  /** How long a statement may take, in ms. Undefined: as long as it needs. */
  readonly timeoutMs: number | undefined;
  /** Encrypted, the server's certificate and name verified; by this authority, and with our own certificate, as PEM. Undefined: nothing was said. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | false | undefined;
  /** A Unix socket in place of host and port. */
  readonly socket: string | undefined;
}

const DEFAULT_POOL = 10;
const LARGEST_POOL = 1000;
/** Less than the half minute after which the engine gives up a call of its store. */
const DEFAULT_TIMEOUT_MS = 20_000;
const SHORTEST_TIMEOUT_MS = 100;
const LONGEST_TIMEOUT_MS = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

const NAMES = ['pool', 'timeout', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'socket'] as const;
type Name = (typeof NAMES)[number];
type Given = Readonly<Partial<Record<Name, string>>>;

function refuse(what: string, cause?: unknown): PluginError {
  return new PluginError('REJECTED', `sql: ${what}`, cause === undefined ? {} : { cause });
}

/** The options by name. Drivers would take every option they have, `multipleStatements` among them. */
function readGiven(url: URL): Given {
  const given: Partial<Record<Name, string>> = {};
  for (const [name, value] of url.searchParams) {
    const known = NAMES.find((each) => each === name);
    if (!known) {
      throw refuse(`${redact(url.href)} has the option ${JSON.stringify(name)}; there are ${NAMES.join(', ')}`);
    }
    if (given[known] !== undefined) throw refuse(`${redact(url.href)} has the option ${name} more than once`);
    given[known] = value;
  }
  return given;
}

function readPool(text: string): number {
  const pool = /^\d+$/.test(text) ? Number(text) : 0;
  if (pool >= 1 && pool <= LARGEST_POOL) return pool;
  throw refuse(
    `the database URL has pool=${text}; give the number of connections of a process, from 1 to ${LARGEST_POOL}`,
  );
}

function readTimeout(text: string): number {
  const [, digits, unit = 'ms'] = /^(\d+)(ms|s|m)?$/.exec(text) ?? [];
  const ms = Number(digits) * (UNITS[unit] ?? 0);
  if (ms >= SHORTEST_TIMEOUT_MS && ms <= LONGEST_TIMEOUT_MS) return ms;
  throw refuse(
    `the database URL has timeout=${text}; give how long a statement may take, from 100ms to 60m, as in 20s (a number alone is ms)`,
  );
}

function readPem(name: Name, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw refuse(`the option ${name}=${path} of the database URL: that file cannot be read`, cause);
  }
}

function readTls(url: URL, { sslmode, sslrootcert, sslcert, sslkey }: Given): ServerOptions['tls'] {
  const withFiles = sslrootcert !== undefined || sslcert !== undefined || sslkey !== undefined;
  if (sslmode !== undefined && sslmode !== 'disable' && sslmode !== 'verify-full') {
    throw refuse(
      `the database URL has sslmode=${sslmode}; there are verify-full, which is encrypted and makes sure of the server (with sslrootcert=FILE by an authority of your own), and disable`,
    );
  }
  if (sslmode === 'disable' && withFiles) {
    throw refuse('the database URL has sslmode=disable and files for TLS; take out the one that is not meant');
  }
  if ((sslcert === undefined) !== (sslkey === undefined)) {
    throw refuse(`the database URL has only one of sslcert=FILE and sslkey=FILE; a certificate of our own needs both`);
  }
  if (sslmode === 'disable') return false;
  if (sslmode === undefined && !withFiles) return undefined;
  // mysql2 would compare the certificate with "localhost".
  if (
    schemeOf(url.href) !== 'postgres' &&
    schemeOf(url.href) !== 'postgresql' &&
    isIP(hostOf(url) || '127.0.0.1') !== 0
  ) {
    throw refuse(
      `${redact(url.href)} names the server by its address, so its certificate cannot be verified; give the name that stands in the certificate`,
    );
  }
  const files = {
    ca: readPem('sslrootcert', sslrootcert),
    cert: readPem('sslcert', sslcert),
    key: readPem('sslkey', sslkey),
  };
  return Object.fromEntries(Object.entries(files).filter(([, pem]) => pem !== undefined));
}

/** A host as sockets want it: an IPv6 address without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * Reads the URL of a server. Throws a PluginError (`REJECTED`) that names the option and what it may be; the values of
 * options that are not known are not shown.
 */
export function readServerUrl(text: string): ServerOptions {
  const url = parseServerUrl(text);
  const given = readGiven(url);
  return {
    url,
    pool: given.pool === undefined ? DEFAULT_POOL : readPool(given.pool),
    timeoutMs: given.timeout === undefined ? DEFAULT_TIMEOUT_MS : readTimeout(given.timeout),
    tls: readTls(url, given),
    socket: given.socket,
  };
}
