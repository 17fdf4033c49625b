import { createHash, createHmac } from 'node:crypto';

// How requests are signed: https://duo.com/docs/authapi#authentication

/** What a signature covers, as it came over the wire. */
export interface SignedRequest {
  readonly date: string;
  readonly method: string;
  readonly path: string;
  /** Of the query, or of a form in the body. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const sha512 = (text: string) => createHash('sha512').update(text, 'utf8').digest('hex');
const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** RFC 3986: all but letters, digits, `-`, `.`, `_` and `~` as `%XX`, in upper case. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalParameters(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function canonicalHeaders(headers: SignedRequest['headers']): string {
  return Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), String(value).trim()] as const)
    .filter(([name]) => name.startsWith('x-duo-'))
    .sort(([a], [b]) => byCodeUnit(a, b))
    .flat()
    .join('\0');
}

/** The signature that a request to that host should have, in hex. */
export function signatureOf(version: 2 | 5, secretKey: string, host: string, request: SignedRequest): string {
  const { date, method, path, parameters, body, headers } = request;
  const isForm = method === 'GET' || version === 2;
  const lines = [
    date,
    method.toUpperCase(),
    host.toLowerCase(),
    path,
    canonicalParameters(isForm ? parameters : {}),
    ...(version === 5 ? [sha512(body), sha512(canonicalHeaders(headers))] : []),
  ];
  return createHmac('sha512', secretKey).update(lines.join('\n'), 'utf8').digest('hex');
}

/** The key and the signature in `Authorization: Basic …`; `undefined` where there are none. */
export function readAuthorization(
  header: string | undefined,
): { readonly key: string; readonly signature: string } | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+={0,2})$/.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [, key, signature] = /^([^:]+):([0-9a-f]{128})$/.exec(Buffer.from(encoded, 'base64').toString('latin1')) ?? [];
  return key === undefined || signature === undefined ? undefined : { key, signature };
}

const DATE =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d (?:GMT|UT|[+-]\d{4})$/;

/** A date as in RFC 2822, in ms since the epoch, UTC; `undefined` for anything else. */
export function readDate(header: string | undefined): number | undefined {
  return header !== undefined && DATE.test(header) ? Date.parse(header) : undefined;
}
