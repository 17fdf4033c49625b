import { type Auth, cleanText, PluginError } from '@securitybot/core';
import { loginOf, passkeysOf } from './keys.js';
import { readOptions, type WebauthnOptions } from './options.js';
import { hashOf, newSecret } from './secret.js';
import { insertProof, selectProof } from './statements/proofs.js';
import { told } from './told.js';

/** Of what is to be approved, in UTF-16 code units. */
const LONGEST_REASON = 2000;

/**
 * Passkeys as the proof: a challenge is a link, good once, to a page that shows the alert and asks for a passkey with user
 * verification (https://www.w3.org/TR/webauthn-3/). The pages are `createWebauthnPages`, of the same options. Throws a
 * PluginError, `BAD_CREDENTIALS`, for options that cannot be used.
 */
export function createWebauthnAuth(options: WebauthnOptions): Auth {
  const settings = readOptions(options);
  const { database, origin, path, linkMs } = settings;

  return {
    name: 'webauthn',

    readiness: (subject, signal) =>
      told('looking up passkeys', async () => {
        signal.throwIfAborted();
        const login = loginOf(subject);
        if (login === undefined) return { ready: false, reason: 'not-enrolled' };
        const { all, mature } = await passkeysOf(settings, login);
        if (mature.length > 0) return { ready: true };
        return { ready: false, reason: all.length > 0 ? 'no-device' : 'not-enrolled' };
      }),

    challenge: ({ id, subject, reason }, signal) =>
      told('making a link', async () => {
        signal.throwIfAborted();
        const login = loginOf(subject);
        const { mature } = login === undefined ? { mature: [] } : await passkeysOf(settings, login);
        if (login === undefined || mature.length === 0) {
          const text = `webauthn: ${JSON.stringify(subject)} has no passkey that is old enough to prove anything`;
          throw new PluginError('REJECTED', text);
        }
        const secret = newSecret();
        const now = (await database.now()).getTime();
        const isNew = await insertProof(database.engine, database.db, {
          hash: hashOf(id),
          secret: hashOf(secret),
          login,
          reason: cleanText(reason, LONGEST_REASON),
          state: 'open',
          asked_at: now,
          expires_at: now + linkMs,
        });
        if (!isNew)
          throw new PluginError('REJECTED', 'webauthn: there is a link for that challenge already, and only one', {
            notSent: false,
          });
        return { token: hashOf(secret).toString('base64url'), url: `${origin}${path}/prove/${secret}` };
      }),

    check: (token, signal) =>
      told('looking up a proof', async () => {
        signal.throwIfAborted();
        const proof = await selectProof(database.db, Buffer.from(token, 'base64url'));
        if (!proof) return 'expired';
        const { state } = proof;
        if (state === 'approved' || state === 'denied' || state === 'fraud') return state;
        return proof.expires_at > (await database.now()).getTime() ? 'pending' : 'expired';
      }),
  };
}
