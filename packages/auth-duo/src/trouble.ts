import { cleanLine, PluginError, type PluginErrorOptions } from '@securitybot/core';
import type { Settings } from './options.js';
import type { WireAnswer, WireFailure } from './transport.js';

/** What went wrong, and what to do about it. */
export interface Trouble extends PluginErrorOptions {
  readonly code: PluginError['code'];
  readonly text: string;
  readonly advice: string;
}

export function asError({ code, text, advice, ...options }: Trouble): PluginError {
  return new PluginError(code, `duo: ${text}; ${advice}`, options);
}

/** Something that Duo said, fit for a message. */
export function quote(said: unknown): string {
  const text = typeof said === 'string' ? said : (JSON.stringify(said) ?? 'nothing');
  return `"${cleanLine(text, 80)}"`;
}

const PAGE = 'the page of the Auth API application in the Duo Admin Panel';
const LATER = 'try again later';
const UNKNOWN_ISSUER = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
]);
const NO_SUCH_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL']);

/** Why no answer came, in words. */
export function ofWire(failure: WireFailure, { host, hostname, port }: Settings): Trouble {
  const { reason, sent, message } = failure;
  const trouble = (text: string, advice: string): Trouble => {
    return { code: 'UNAVAILABLE', text, advice, notSent: !sent, cause: failure };
  };
  const { code = '' } = failure.cause as NodeJS.ErrnoException;
  if (reason !== 'broken') return trouble(`${host}: ${message}`, LATER);
  if (NO_SUCH_HOST.has(code)) {
    return trouble(`there is no host ${host} (${code})`, `compare it with the API hostname on ${PAGE}`);
  }
  if (UNKNOWN_ISSUER.has(code)) {
    return trouble(
      `the certificate of ${host} is signed by an authority that is not trusted here (${code})`,
      'where a proxy opens TLS, or the host is none of Duo’s, give its authority as the option ca (DUO_CA_FILE)',
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return trouble(`the certificate of ${host} is for another host`, `compare it with the API hostname on ${PAGE}`);
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return trouble(`the certificate of ${host} is not valid today (${code})`, 'look at the clock of this machine');
  }
  return trouble(
    `${host}: ${message || code}`,
    `${LATER}; if it stays so, see whether a firewall lets ${hostname}:${port} through`,
  );
}

/** A request whose time was over before it was sent, as where this process stood still. */
export function ofLate({ host }: Settings): Trouble {
  return { code: 'UNAVAILABLE', text: `${host} was not asked in time`, advice: LATER, notSent: true };
}

/** How far the machine's clock is ahead of Duo's, in ms, by the header `Date` of an answer. */
function clockAhead({ headers }: WireAnswer, now: number): number | undefined {
  const theirs = Date.parse(headers.date ?? '');
  return Number.isNaN(theirs) ? undefined : now - theirs;
}

/** Such as "90 s behind". */
export function inWords(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const far = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
  return `${far} ${ms < 0 ? 'behind' : 'ahead of'}`;
}

/** A failure as Duo words it. https://duo.com/docs/authapi#response-format */
export interface Refused {
  /** Five digits; the first three are the HTTP status. */
  readonly code: number;
  readonly message: string;
}

/** Why Duo refused, in words. Nothing was done. */
export function ofRefusal({ code, message }: Refused, answer: WireAnswer, { host, clock }: Settings): Trouble {
  const said = `(${code} ${quote(message)})`;
  const credentials = (text: string, advice: string): Trouble => ({
    code: 'BAD_CREDENTIALS',
    text: `${text} ${said}`,
    advice,
    notSent: true,
  });
  switch (code) {
    case 40102:
      return credentials(
        `${host} does not know the integration key`,
        `copy the integration key (DUO_INTEGRATION_KEY) and the API hostname from ${PAGE}: they belong together`,
      );
    case 40103:
      return credentials(
        `${host} does not accept the signature`,
        `copy the secret key (DUO_SECRET_KEY) from ${PAGE} again, or reset it there`,
      );
    case 40105: {
      const ahead = clockAhead(answer, clock.now());
      const off = ahead === undefined || Math.abs(ahead) < 1000 ? 'off' : `${inWords(ahead)} Duo’s`;
      return credentials(
        `the clock of this machine is ${off}`,
        'set it, best by NTP: requests are signed with the time',
      );
    }
  }
  switch (Math.floor(code / 100)) {
    case 401:
      return credentials(`${host} does not accept the request`, `compare key, secret and host with ${PAGE}`);
    case 403:
      return credentials(
        `${host} does not let this application do that`,
        'the keys must be those of an application of the type "Auth API", which is switched on',
      );
    case 400:
      return { code: 'REJECTED', text: `${host} refuses the request ${said}`, advice: 'it would be refused again' };
    default:
      return { code: 'UNAVAILABLE', text: `${host} failed ${said}`, advice: LATER };
  }
}

/** Duo wants us to wait for so many ms. Nothing was done. */
export function ofLimit(retryAfterMs: number, { host }: Settings): Trouble {
  const seconds = Math.ceil(retryAfterMs / 1000);
  const text = `${host} gets too many requests, for everybody or for this person (HTTP 429)`;
  return { code: 'RATE_LIMITED', text, advice: `try again in ${seconds} s`, retryAfterMs: Math.ceil(retryAfterMs) };
}

/** The call was called off before anything was sent. */
export function ofCall({ host }: Settings): Trouble {
  return { code: 'UNAVAILABLE', text: `the request to ${host} was called off`, advice: LATER, notSent: true };
}

/** An answer that is none of Duo's. */
export function ofNonsense({ status, headers }: WireAnswer, what: string, { host }: Settings): Trouble {
  const type = quote(headers['content-type'] ?? '');
  const redirect = status >= 300 && status < 400;
  return {
    code: 'UNAVAILABLE',
    text: `${host} answers with ${what} (HTTP ${status}, ${type})`,
    advice: redirect
      ? `redirects are not followed; compare it with the API hostname on ${PAGE}`
      : `${LATER}; if it stays so, see whether a proxy stands between, and compare the host with ${PAGE}`,
  };
}
