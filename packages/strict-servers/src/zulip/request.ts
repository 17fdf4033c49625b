import type { IncomingMessage } from 'node:http';

/** A request as it came. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What Basic authentication says; `undefined` where there is none. */
  readonly credentials: { readonly email: string; readonly key: string } | undefined;
  readonly userAgent: string | undefined;
  /** There is a body, and it is no form. */
  readonly isStrange: boolean;
}

const BODY_BYTES = 1_000_000;

function readCredentials(header: string | undefined): Arrived['credentials'] {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/u.exec(header ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  return at < 0 ? undefined : { email: text.slice(0, at), key: text.slice(at + 1) };
}

/** Zulip looks at paths only once they are decoded. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export async function arrive(request: IncomingMessage): Promise<Arrived> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= BODY_BYTES) chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  const { headers, method = '' } = request;
  const isForm = /^application\/x-www-form-urlencoded\b/iu.test(headers['content-type'] ?? '');
  return {
    method,
    path: decode(url.pathname),
    parameters: Object.fromEntries([...url.searchParams, ...(isForm ? new URLSearchParams(body) : [])]),
    credentials: readCredentials(headers.authorization),
    userAgent: headers['user-agent'],
    isStrange: body !== '' && !isForm,
  };
}
