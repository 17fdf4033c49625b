import { refusal } from './failure.js';
import type { Shown } from './pushes.js';

type Parameters = Readonly<Record<string, string>>;

/** Bytes of a pushinfo, "less than". https://duo.com/docs/authapi#/auth */
const PUSHINFO_BYTES = 20_000;

const WHO = ['username', 'user_id', 'ipaddr', 'hostname'];

/** The parameters that each endpoint has. */
export const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  '/auth/v2/ping': [],
  '/auth/v2/check': [],
  '/auth/v2/preauth': [...WHO, 'trusted_device_token', 'client_supports_verified_push'],
  '/auth/v2/auth': [...WHO, 'factor', 'async', 'device', 'type', 'display_username', 'pushinfo', 'txid'],
  '/auth/v2/auth_status': ['txid'],
};

/** Those that it cannot do without. */
export const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  '/auth/v2/auth': ['factor', 'device'],
  '/auth/v2/auth_status': ['txid'],
};

/** Decodes `a=b&c=d`; `undefined` where it is not URL-encoded UTF-8. Pairs in order, as names may come twice. */
export function decodePairs(text: string): readonly (readonly [string, string])[] | undefined {
  if (text === '') return [];
  const decode = (part: string) => decodeURIComponent(part.replaceAll('+', ' '));
  try {
    return text.split('&').map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new URIError('no name, or no value');
      return [decode(pair.slice(0, at)), decode(pair.slice(at + 1))] as const;
    });
  } catch {
    return undefined;
  }
}

export interface Who {
  readonly username?: string;
  readonly userId?: string;
}

function readWho(path: string, { username, user_id: userId }: Parameters): Who {
  if (username !== undefined && userId !== undefined) {
    throw refusal(40002, 'bad-parameter', `${path}: both username and user_id`, 'username');
  }
  if (username === undefined && userId === undefined) {
    throw refusal(40001, 'missing-parameter', `${path}: neither username nor user_id`, 'username');
  }
  const given = username ?? userId ?? '';
  if (given.trim() === '' || given.length > 255) {
    throw refusal(40002, 'bad-parameter', `${path}: a username of ${given.length} characters`, 'username');
  }
  return username === undefined ? { userId: given } : { username };
}

function readSwitch(path: string, name: string, value: string | undefined): boolean {
  if (value === undefined || value === '0') return false;
  if (value === '1') return true;
  throw refusal(40002, 'bad-parameter', `${path}: ${name} is "${value}", neither 1 nor 0`, name);
}

export function readPreauth(parameters: Parameters): { readonly by: Who; readonly supportsVerifiedPush: boolean } {
  const path = '/auth/v2/preauth';
  const name = 'client_supports_verified_push';
  return { by: readWho(path, parameters), supportsVerifiedPush: readSwitch(path, name, parameters[name]) };
}

export interface AuthRequest {
  readonly by: Who;
  readonly device: string;
  readonly isAsync: boolean;
  readonly shown: Omit<Shown, 'displayUsername'> & { readonly displayUsername?: string };
  readonly txid?: string;
}

export function readAuth(parameters: Parameters): AuthRequest {
  const path = '/auth/v2/auth';
  const { factor, device = '', type = 'Login', display_username: displayUsername, pushinfo = '', txid } = parameters;
  const bad = (name: string, what: string) => refusal(40002, 'bad-parameter', `${path}: ${what}`, name);
  if (factor !== 'push' && factor !== 'auto') throw bad('factor', `this server has no factor "${factor}", only push`);
  if (Buffer.byteLength(pushinfo) >= PUSHINFO_BYTES) {
    throw bad(
      'pushinfo',
      `its pushinfo has ${Buffer.byteLength(pushinfo)} bytes; it must have less than ${PUSHINFO_BYTES}`,
    );
  }
  const pairs = decodePairs(pushinfo);
  if (!pairs) throw bad('pushinfo', 'its pushinfo is not URL-encoded pairs');
  const info = pairs.map(([label, text]) => ({ label, text }));
  return {
    by: readWho(path, parameters),
    device,
    isAsync: readSwitch(path, 'async', parameters.async),
    shown: { type, pushinfo, info, ...(displayUsername === undefined ? {} : { displayUsername }) },
    ...(txid === undefined ? {} : { txid }),
  };
}
