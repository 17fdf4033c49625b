import type { IncomingMessage } from 'node:http';
import { failure, refusal } from './failure.js';
import { decodePairs, PARAMETERS, REQUIRED } from './parameters.js';
import { readAuthorization, readDate, signatureOf } from './signature.js';
import type { DuoServerOptions } from './types.js';

/** A request as it came. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  /** Decoded as far as possible, for the record. */
  readonly pairs: readonly (readonly [string, string])[];
  /** The parameters could not be decoded, or are where they do not belong. */
  readonly unreadable?: string;
}

export interface Lock extends Required<Pick<DuoServerOptions, 'integrationKey' | 'secretKey' | 'application'>> {
  readonly signedHost: DuoServerOptions['signedHost'];
  readonly port: () => number;
  readonly toleranceMs: number;
  readonly now: () => number;
}

const NAMES = ['127.0.0.1', 'localhost'];
const BODY_BYTES = 1_000_000;

export async function arrive(request: IncomingMessage): Promise<Arrived> {
  const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes <= BODY_BYTES) chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  const { method = '', headers } = request;
  const arrived = { method, path, query, body, headers };
  if (bytes > BODY_BYTES) return { ...arrived, pairs: [], unreadable: `a body of ${bytes} bytes` };
  if (method === 'GET' ? body !== '' : query !== '') {
    return {
      ...arrived,
      pairs: [],
      unreadable: `${method} with parameters in ${method === 'GET' ? 'its body' : 'its query'}`,
    };
  }
  const pairs = isJson(headers) ? jsonPairs(body) : decodePairs(method === 'GET' ? query : body);
  return pairs ? { ...arrived, pairs } : { ...arrived, pairs: [], unreadable: 'parameters that cannot be decoded' };
}

const isJson = (headers: IncomingMessage['headers']) => /^application\/json\b/i.test(headers['content-type'] ?? '');
const isForm = (headers: IncomingMessage['headers']) =>
  /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');

/** The members of a JSON object of strings; `undefined` for anything else. */
function jsonPairs(body: string): readonly (readonly [string, string])[] | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
    const pairs = Object.entries(parsed);
    return pairs.every(([, value]) => typeof value === 'string') ? pairs : undefined;
  } catch {
    return undefined;
  }
}

/** Throws a Refusal where the request is not for this server, or is not signed as it should be. @returns the version of its signature. */
export function admit(arrived: Arrived, lock: Lock): 2 | 5 | undefined {
  const { path, headers } = arrived;
  const port = lock.port();
  const host = (headers.host ?? '').toLowerCase();
  const name = NAMES.find((one) => host === one || host === `${one}:${port}`);
  if (name === undefined) throw refusal(40401, 'wrong-host', `${path}: the header Host is "${host}"`);
  // https://duo.com/docs/authapi#/ping: "this one does not have to be signed"
  if (path === '/auth/v2/ping' && headers.authorization === undefined) return undefined;

  const given = readAuthorization(headers.authorization);
  if (!given)
    throw refusal(40101, 'bad-authorization', `${path}: no "Basic base64(key:signature)", or no such signature`);
  const date = readDate(headers.date);
  if (date === undefined) throw refusal(40104, 'bad-date', `${path}: the header Date is "${headers.date ?? ''}"`);
  const skew = date - lock.now();
  if (Math.abs(skew) > lock.toleranceMs) {
    throw refusal(40105, 'bad-date', `${path}: the header Date is off by ${Math.round(skew / 1000)} s`);
  }
  if (given.key !== lock.integrationKey) throw refusal(40102, 'bad-signature', `${path}: another integration key`);

  const hosts = [
    ...(lock.signedHost === 'with-port' ? [] : [name]),
    ...(lock.signedHost === 'without-port' ? [] : [`${name}:${port}`]),
  ];
  const signed = { ...arrived, date: headers.date ?? '', parameters: parametersOf(arrived) };
  const version = ([2, 5] as const).find((one) =>
    hosts.some((each) => signatureOf(one, lock.secretKey, each, signed) === given.signature),
  );
  if (version === undefined) throw refusal(40103, 'bad-signature', `${path}: the signature does not fit`);
  if (lock.application !== 'auth-api') throw failure(40301);
  return version;
}

export function parametersOf({ pairs }: Arrived): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs);
}

/** Throws a Refusal where the endpoint does not take these parameters. @returns them, decoded. */
export function understand(arrived: Arrived, version: 2 | 5 | undefined): Readonly<Record<string, string>> {
  const { method, path, headers, pairs, unreadable } = arrived;
  if (unreadable !== undefined) throw refusal(40002, 'bad-parameter', `${path}: ${unreadable}`);
  if (method === 'POST' && !(version === 5 ? isJson(headers) : isForm(headers))) {
    const type = headers['content-type'] ?? '';
    throw refusal(
      40106,
      'bad-content-type',
      `${path}: the content type is "${type}", and signature version ${version}`,
    );
  }
  const names = pairs.map(([name]) => name);
  const known = PARAMETERS[path] ?? [];
  const strange = names.find((name, index) => !known.includes(name) || names.indexOf(name) !== index);
  if (strange !== undefined) {
    throw refusal(
      40002,
      'unknown-parameter',
      `${path}: "${strange}" is none of its parameters, or came twice`,
      strange,
    );
  }
  const missing = (REQUIRED[path] ?? []).find((name) => !names.includes(name));
  if (missing !== undefined) throw refusal(40001, 'missing-parameter', `${path}: no ${missing}`, missing);
  return parametersOf(arrived);
}
