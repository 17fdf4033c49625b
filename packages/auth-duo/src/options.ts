/// <reference path="./duo_api.d.ts" />
import { X509Certificate } from 'node:crypto';
import constants from '@duosecurity/duo_api/lib/constants.js';
import { type Clock, PluginError } from '@securitybot/core';
import { systemClock } from './clock.js';

export interface DuoAuthOptions {
  /** Of the Auth API application in the Duo Admin Panel. */
  readonly integrationKey: string;
  /** Of the same. It appears in no message and no log. */
  readonly secretKey: string;
  /** The API hostname of the same, such as `api-1a2b3c4d.duosecurity.com`; `host:port` for another port than 443. */
  readonly host: string;
  /** PEM of the authorities that may vouch for the host. By default those that Duo's own clients are pinned to. */
  readonly ca?: string | readonly string[];
  /** What the phone shows before the word "request". By default `Securitybot`. */
  readonly type?: string;
  /** What the phone shows before the reason. By default `Alert`. */
  readonly label?: string;
  /** How long a call may take, in ms. By default 15,000: the engine gives up after 20,000. */
  readonly timeoutMs?: number;
  /**
   * How long `check` waits for an answer before it says `pending`, in ms; `timeoutMs` at the most. By default 5,000: long
   * enough to ask seldom, short enough for a bot that is stopped and waits for it.
   */
  readonly longPollMs?: number;
  /** Time, and waiting. Absent: the system's. */
  readonly clock?: Clock;
}

/** Options that were looked at. */
export interface Settings {
  readonly integrationKey: string;
  readonly secretKey: string;
  readonly hostname: string;
  readonly port: number;
  /** As in the header `Host`: with the port, unless it is that of HTTPS. */
  readonly host: string;
  readonly ca: readonly string[];
  readonly type: string;
  readonly label: string;
  readonly timeoutMs: number;
  readonly longPollMs: number;
  readonly clock: Clock;
}

const HOST = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(\d{1,5}))?$/i;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

const wrong = (what: string, wayOut: string) => new PluginError('BAD_CREDENTIALS', `duo: ${what}; ${wayOut}`);

function readKey(option: 'integrationKey' | 'secretKey', value: unknown): string {
  const key = typeof value === 'string' ? value.trim() : '';
  if (/^[\x21-\x39\x3b-\x7e]+$/.test(key)) return key; // no blanks, no colon
  throw wrong(
    `the option ${option} is ${key === '' ? 'empty' : 'not a key'}`,
    'copy it from the page of the Auth API application in the Duo Admin Panel',
  );
}

function readHost(value: unknown): Pick<Settings, 'hostname' | 'port' | 'host'> {
  const given = typeof value === 'string' ? value.trim().toLowerCase() : '';
  const [, hostname, digits = '443'] = HOST.exec(given) ?? [];
  const port = Number(digits);
  if (hostname !== undefined && port >= 1 && port <= 65_535) {
    return { hostname, port, host: port === 443 ? hostname : `${hostname}:${port}` };
  }
  throw wrong(
    `the option host is "${given.slice(0, 100)}"`,
    'give the API hostname alone, such as api-1a2b3c4d.duosecurity.com, without https:// and without a path',
  );
}

function readAuthorities(value: unknown): readonly string[] {
  const given = [value ?? constants.DUO_PINNED_CERT].flat();
  const certificates = given.flatMap((pem) => (typeof pem === 'string' ? (pem.match(CERTIFICATE) ?? []) : []));
  try {
    for (const pem of certificates) new X509Certificate(pem);
    if (certificates.length > 0) return certificates;
  } catch {
    // told below
  }
  throw wrong('the option ca has no certificates that can be read', 'give it as PEM, with its BEGIN and END lines');
}

function readMs(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw wrong(`the option ${option} is ${value}`, 'give it in ms, more than 0');
}

/** Throws a PluginError, `BAD_CREDENTIALS`, for options that cannot be used. */
export function readOptions(options: DuoAuthOptions): Settings {
  const timeoutMs = readMs('timeoutMs', options.timeoutMs ?? 15_000);
  return {
    integrationKey: readKey('integrationKey', options.integrationKey),
    secretKey: readKey('secretKey', options.secretKey),
    ...readHost(options.host),
    ca: readAuthorities(options.ca),
    type: options.type ?? 'Securitybot',
    label: options.label ?? 'Alert',
    timeoutMs,
    longPollMs: Math.min(timeoutMs, readMs('longPollMs', options.longPollMs ?? 5000)),
    clock: options.clock ?? systemClock,
  };
}
