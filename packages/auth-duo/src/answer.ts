import type { WireAnswer } from './transport.js';
import type { Refused } from './trouble.js';

/** A member of what Duo said; `undefined` where it has none of its own, or is no object. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** What an answer says: a response, a refusal, or, in words, what it is instead. */
export type Said = { readonly response: unknown } | { readonly refused: Refused } | { readonly nonsense: string };

const hasCode = (code: unknown): code is number =>
  typeof code === 'number' && Number.isInteger(code) && code >= 30_000 && code <= 59_999;

/** Reads an answer as https://duo.com/docs/authapi#response-format says. Trusts none of it. */
export function readAnswer({ status, body }: WireAnswer): Said {
  if (status >= 300 && status < 400) return { nonsense: 'a redirect' };
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { nonsense: body.trimStart().startsWith('<') ? 'a web page' : 'something that is no JSON' };
  }
  const stat = member(json, 'stat');
  if (stat === 'OK' && status === 200) return { response: member(json, 'response') };
  const code = member(json, 'code');
  if (stat !== 'FAIL' || !hasCode(code)) return { nonsense: 'JSON of another kind' };
  const detail = member(json, 'message_detail');
  const message = [member(json, 'message'), detail].filter((text) => typeof text === 'string').join(': ');
  return { refused: { code, message } };
}
