/** What every answer carries: nothing inline, nothing from elsewhere, in no frame, kept nowhere. The address is a secret. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Of a request; what a passkey says is some thousand bytes. */
const LARGEST_BODY = 64 * 1024;

export function respond(status: number, type: string, body: string): Response {
  return new Response(body, { status, headers: { ...HEADERS, 'content-type': type } });
}

export const respondJson = (status: number, body: unknown): Response =>
  respond(status, 'application/json', JSON.stringify(body));

/** What went wrong, for whoever reads the page. */
export const refuse = (status: number, detail: string): Response => respondJson(status, { detail });

/** The JSON of a request, or the answer to one that has none, or too much of it. */
export async function readJson(request: Request): Promise<{ readonly json: unknown } | { readonly refused: Response }> {
  if (!/^application\/json\b/.test(request.headers.get('content-type') ?? ''))
    return { refused: refuse(415, 'Send application/json.') };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > LARGEST_BODY) return { refused: refuse(413, `Send at most ${LARGEST_BODY} bytes.`) };
    chunks.push(chunk);
  }
  try {
    return { json: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { refused: refuse(400, 'That is no JSON.') };
  }
}

/** A member of what somebody sent; `undefined` where it has none of its own, or is no object. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
