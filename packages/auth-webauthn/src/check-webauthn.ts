import { type Finding, isPluginError } from '@securitybot/core';
import { toPluginError } from '@securitybot/sql';
import { listPasskeys } from './enrolment.js';
import { readOptions, type WebauthnOptions } from './options.js';

/** Whether these options will do, and whether anybody has a passkey: for a start, and for a doctor. */
export async function checkWebauthn(options: WebauthnOptions): Promise<readonly Finding[]> {
  try {
    const { origin, path } = readOptions(options);
    const passkeys = await listPasskeys(options);
    const ready = new Set(passkeys.filter(({ proves }) => proves).map(({ login }) => login));
    const logins = new Set(passkeys.map(({ login }) => login));
    if (logins.size === 0) {
      const text = `nobody has a passkey, so nobody can prove anything: securitybot passkey enrol LOGIN gives a link to ${origin}${path}`;
      return [{ level: 'warn', text }];
    }
    const text = `logins with a passkey: ${logins.size}, with one that is old enough to prove something: ${ready.size}`;
    return [{ level: ready.size > 0 ? 'ok' : 'warn', text: `${text}; the pages are at ${origin}${path}` }];
  } catch (error) {
    const known = toPluginError(error, 'webauthn: looking up passkeys');
    if (!isPluginError(known)) throw known;
    return [{ level: 'fail', code: known.code, text: known.message.replace(/^webauthn: /, '') }];
  }
}
