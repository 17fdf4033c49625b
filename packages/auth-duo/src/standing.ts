import type { Readiness } from '@securitybot/core';
import { member } from './answer.js';
import type { Settings } from './options.js';
import { asError, quote } from './trouble.js';

/** What preauth says of somebody, as far as it matters here. */
export interface Standing {
  readonly readiness: Readiness;
  /** Of a verified push: must be passed on to `/auth`. */
  readonly txid?: string;
  /** Of the same: what the person types into the phone. */
  readonly code?: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** Whether a push can reach the device; `undefined` for what is no device. Hardware tokens have no capabilities. */
function canPush(device: unknown): boolean | undefined {
  if (typeof device !== 'object' || device === null || Array.isArray(device)) return undefined;
  const capabilities = member(device, 'capabilities') ?? [];
  return Array.isArray(capabilities) && capabilities.every(isText) ? capabilities.includes('push') : undefined;
}

/** Reads a preauth. Throws a PluginError, `UNAVAILABLE`, for what nobody understands. https://duo.com/docs/authapi#/preauth */
export function readStanding(response: unknown, { host }: Settings): Standing {
  const strange = (what: string) =>
    asError({
      code: 'UNAVAILABLE',
      text: `${host} says something of preauth that this plugin does not understand: ${what}`,
      advice: 'nothing is taken for granted; look for a newer version of @securitybot/auth-duo',
      notSent: true, // preauth asks, and sends no push
    });
  const result = member(response, 'result');
  if (result === 'enroll') return { readiness: { ready: false, reason: 'not-enrolled' } };
  if (result === 'deny') return { readiness: { ready: false, reason: 'locked-out' } };
  if (result === 'allow') return { readiness: { ready: false, reason: 'bypassed' } };
  if (result !== 'auth') throw strange(`the result ${quote(result)}`);

  const devices = member(response, 'devices') ?? [];
  if (!Array.isArray(devices)) throw strange('devices that are no list');
  const pushable = devices.map(canPush);
  if (pushable.includes(undefined)) throw strange('a device with capabilities that are no list of words');
  if (!pushable.includes(true)) return { readiness: { ready: false, reason: 'no-device' } };

  const txid = member(response, 'txid');
  const given = member(response, 'verification_code');
  const code = Number.isSafeInteger(given) ? String(given) : given; // it is only shown, and nobody says which of both it is
  if (txid === undefined) return { readiness: { ready: true } };
  if (!isText(txid) || txid === '') throw strange('a txid that is no text');
  if (!isText(code) || !/^[0-9A-Za-z]{1,20}$/.test(code)) throw strange('a txid without a verification code');
  return { readiness: { ready: true }, txid, code };
}
