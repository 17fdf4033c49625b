import { cleanLine, PluginError, type PluginErrorCode } from '@securitybot/core';
import { listOf, objectOf, textOf } from './json.js';
import { wordsOf } from './log.js';

/** How long to wait where Zulip says "too much" and not how long, in ms. */
const DEFAULT_RETRY_MS = 30_000;
const LEAST_RETRY_MS = 1000;
/** Of Zulip's own words. */
const MOST_WORDS = 200;

const NEW_KEY = 'Copy the e-mail address and the API key again from the bot’s zuliprc.';

/** What Zulip's codes mean where the HTTP status does not say it, and the way out. https://zulip.com/api/rest-error-handling */
const CODES: ReadonlyMap<string, readonly [PluginErrorCode, string]> = new Map<
  string,
  readonly [PluginErrorCode, string]
>([
  ['INVALID_API_KEY', ['BAD_CREDENTIALS', NEW_KEY]],
  ['UNAUTHORIZED', ['BAD_CREDENTIALS', `The account must be a generic bot. ${NEW_KEY}`]],
  ['USER_DEACTIVATED', ['BAD_CREDENTIALS', 'The bot was deactivated. Reactivate it, or make another.']],
  ['REALM_DEACTIVATED', ['BAD_CREDENTIALS', 'The organization was deactivated.']],
  ['NONEXISTENT_SUBDOMAIN', ['BAD_CREDENTIALS', 'There is no such organization. Check the site’s address.']],
  ['SERVER_NOT_READY', ['UNAVAILABLE', 'Zulip is starting, or being upgraded.']],
  ['REQUEST_TIMEOUT', ['UNAVAILABLE', 'Zulip took too long.']],
  ['STREAM_DOES_NOT_EXIST', ['REJECTED', 'Check the channel’s name, and subscribe the bot if the channel is private.']],
]);

/** Where no connection came about: what we sent has reached nobody. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.*|.*_CERT_.*|.*_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/;

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly retryAfter: string | null;
  /** Parsed; `undefined` for what is no JSON. */
  readonly body: unknown;
}

/** Zulip's `code` of a refusal, such as `BAD_EVENT_QUEUE_ID`; `undefined` where it was none. */
export function codeOf(error: unknown): string | undefined {
  return textOf(objectOf(error instanceof PluginError ? error.cause : undefined).code);
}

/** Whether Zulip understood the question and says that there is nobody, or no such thing: it has no code of its own for that. */
export function isNothing(error: unknown): boolean {
  return error instanceof PluginError && codeOf(error) === 'BAD_REQUEST' && objectOf(error.cause).status === 400;
}

function retryAfter({ retryAfter: header, body }: Reply): number {
  const told = objectOf(body)['retry-after'] ?? header;
  const seconds = told === null || told === '' ? Number.NaN : Number(told);
  return Number.isFinite(seconds) ? Math.max(LEAST_RETRY_MS, Math.ceil(seconds * 1000)) : DEFAULT_RETRY_MS;
}

/** An answer that is no success. `doing`: the endpoint, and whom or what it was about. */
export function replyError(doing: string, reply: Reply): PluginError {
  const { status, body } = reply;
  const { result, code: told, msg } = objectOf(body);
  const code = textOf(told) ?? 'BAD_REQUEST';
  if (status === 429) {
    const message = `zulip: ${doing}: Zulip wants fewer calls (429)`;
    return new PluginError('RATE_LIMITED', message, { retryAfterMs: retryAfter(reply) });
  }
  if (result !== 'error' || status >= 500) {
    const what = status === 200 ? 'something answered that is not Zulip' : `HTTP ${status}`;
    const wayOut = 'Zulip is in trouble, a proxy is in the way, or the site’s address is wrong.';
    return new PluginError('UNAVAILABLE', `zulip: ${doing}: ${what}. ${wayOut}`);
  }
  const otherwise = status === 401 ? (['BAD_CREDENTIALS', NEW_KEY] as const) : (['REJECTED', ''] as const);
  const [kind, wayOut] = CODES.get(code) ?? otherwise;
  const words = cleanLine(textOf(msg) ?? code, MOST_WORDS).replace(/[.\s]+$/, '');
  return new PluginError(kind, `zulip: ${doing}: ${words}. ${wayOut}`.trim(), { cause: { code, status } });
}

/** The failed connection beneath what `fetch` threw: an error with the system's or the library's code, or the last that there is. */
function connectionErrorOf(error: unknown): unknown {
  let at = error;
  for (let depth = 0; depth < 5; depth += 1) {
    const { code, cause, errors } = objectOf(at);
    // A name with several addresses fails once for each.
    const [beneath = cause] = listOf(errors);
    if (textOf(code) !== undefined || beneath === undefined) break;
    at = beneath;
  }
  return at;
}

/** A call that got no answer. */
export function networkError(doing: string, error: unknown, { isProxied = false } = {}): PluginError {
  const beneath = connectionErrorOf(error);
  const network = textOf(objectOf(beneath).code);
  const notSent = network !== undefined && NOT_SENT.test(network);
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  const why = isLate ? 'it took too long' : (network ?? wordsOf(beneath).slice(0, MOST_WORDS));
  const wayOut = `Check the network, ${isProxied ? 'the proxy, ' : ''}the site and its certificate.`;
  return new PluginError('UNAVAILABLE', `zulip: ${doing}: no answer (${why}). ${wayOut}`, { notSent, cause: error });
}
