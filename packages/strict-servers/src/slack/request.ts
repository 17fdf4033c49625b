import type { IncomingMessage } from 'node:http';

/** The arguments of a call, decoded. */
export type Arguments = Readonly<Record<string, unknown>>;

export type Parsed =
  | { readonly arguments: Arguments; readonly token: string | undefined; readonly warnings: readonly string[] }
  | { readonly error: string };

/** Slack takes about a megabyte; more is cut off with the connection. */
const MOST_BYTES = 1_000_000;

export async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > MOST_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

/** Arguments that are JSON, also in a form. https://docs.slack.dev/apis/web-api#basics */
const JSON_ARGUMENTS = ['blocks', 'attachments', 'view', 'metadata'];

/** A JSON argument that is none stays the text it came as, and the method says what it makes of it. */
function decode(pairs: Iterable<readonly [string, string]>): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  for (const [key, value] of pairs) {
    decoded[key] = value;
    if (!JSON_ARGUMENTS.includes(key)) continue;
    try {
      decoded[key] = JSON.parse(value);
    } catch {
      // Kept as it is.
    }
  }
  return decoded;
}

const bearer = (request: IncomingMessage): string | undefined =>
  /^Bearer +(\S+)$/iu.exec(request.headers.authorization ?? '')?.[1];

function withoutToken(all: Record<string, unknown>): { arguments: Arguments; token: string | undefined } {
  const { token, ...rest } = all;
  return { arguments: rest, token: typeof token === 'string' ? token : undefined };
}

/** Forms and JSON; a token in the header, or in a form, but not in JSON nor in the address. https://docs.slack.dev/apis/web-api */
export function parseCall(request: IncomingMessage, body: string): Parsed {
  const address = new URL(request.url ?? '/', 'http://localhost');
  const inAddress = withoutToken(decode(address.searchParams)).arguments;
  if (request.method === 'GET') return { arguments: inAddress, token: bearer(request), warnings: [] };
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (type === 'application/json') {
    try {
      const parsed: unknown = JSON.parse(body);
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { error: 'json_not_object' };
      const warnings = parameters.some((parameter) => parameter.startsWith('charset=')) ? [] : ['missing_charset'];
      const { arguments: given } = withoutToken(parsed as Record<string, unknown>);
      return { arguments: given, token: bearer(request), warnings };
    } catch {
      return { error: 'invalid_json' };
    }
  }
  if (type === 'application/x-www-form-urlencoded') {
    const form = withoutToken(decode(new URLSearchParams(body)));
    return { arguments: { ...inAddress, ...form.arguments }, token: bearer(request) ?? form.token, warnings: [] };
  }
  if (body === '') return { arguments: inAddress, token: bearer(request), warnings: [] };
  return { error: type === '' ? 'missing_post_type' : 'invalid_post_type' };
}
