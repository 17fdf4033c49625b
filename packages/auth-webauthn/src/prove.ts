import { hashToHex } from '@securitybot/sql';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import { renderPage } from './html.js';
import { member, refuse, respondJson } from './http.js';
import { type PasskeyRow, passkeysOf, transportsOf } from './keys.js';
import type { LinkKind } from './link.js';
import type { Settings } from './options.js';
import { hashOf } from './secret.js';
import { updateUse } from './statements/passkeys.js';
import { selectProof, setProofChallenge, settleProof, takeProofChallenge } from './statements/proofs.js';

const OVER = 'This link was used, or its time is over. Nothing was changed.';

/** Links to prove something, each for one challenge of `createWebauthnAuth`. */
export function createProveLinks(settings: Settings): LinkKind {
  const { database, host, origin, path, linkMs } = settings;
  const { db } = database;
  const now = async () => (await database.now()).getTime();

  async function findOpen(secret: Buffer) {
    const proof = await selectProof(db, secret);
    return proof?.state === 'open' && proof.expires_at > (await now()) ? proof : undefined;
  }
  type Proof = NonNullable<Awaited<ReturnType<typeof findOpen>>>;

  async function options(secret: Buffer, { login }: Proof): Promise<Response> {
    const { mature } = await passkeysOf(settings, login);
    const asked = await generateAuthenticationOptions({
      rpID: host,
      allowCredentials: mature.map((row) => ({ id: row.credential, transports: transportsOf(row) })),
      userVerification: 'required',
      timeout: linkMs,
    });
    await setProofChallenge(db, secret, asked.challenge);
    return respondJson(200, asked);
  }

  /** Whether that is the signature of this passkey, of its person, verified, on our page, for that challenge. */
  async function isSigned(response: AuthenticationResponseJSON, key: PasskeyRow, challenge: string): Promise<boolean> {
    const signed = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: host,
      requireUserVerification: true,
      credential: {
        id: key.credential,
        publicKey: new Uint8Array(Buffer.from(key.public_key, 'base64url')),
        counter: key.counter,
        transports: transportsOf(key),
      },
    }).catch(() => undefined); // it throws at whatever somebody made up
    if (!signed?.verified) return false;
    return updateUse(db, key.hash, key.counter, signed.authenticationInfo.newCounter, await now());
  }

  async function verify(secret: Buffer, proof: Proof, json: unknown): Promise<Response> {
    const { challenge, login } = proof;
    const response = member(json, 'response');
    const id = member(response, 'id');
    if (typeof id !== 'string') return refuse(400, 'That is no answer of a passkey.');
    if (challenge === null || !(await takeProofChallenge(db, secret, challenge)))
      return refuse(409, 'Nothing was asked for. Please try again.');
    const { mature } = await passkeysOf(settings, login);
    const key = mature.find(({ hash }) => hashToHex(hash) === hashOf(id).toString('hex'));
    if (!key) return refuse(403, 'That passkey is not known for this login, or is too new to prove anything.');
    const isFine = await isSigned(response as AuthenticationResponseJSON, key, challenge);
    if (!isFine) return refuse(403, 'That did not prove anything. Please try again.');
    if (!(await settleProof(db, secret, 'approved', await now()))) return refuse(410, OVER);
    return respondJson(200, { detail: 'Thank you. You can close this page and go back to the chat.' });
  }

  async function deny(secret: Buffer, json: unknown): Promise<Response> {
    const isFraud = member(json, 'fraud') === true;
    if (!(await settleProof(db, secret, isFraud ? 'fraud' : 'denied', await now()))) return refuse(410, OVER);
    return respondJson(200, {
      detail: isFraud
        ? 'Thank you. The security team looks into it right away.'
        : 'All right. The security team takes it from here.',
    });
  }

  return {
    async page(secret) {
      const proof = await findOpen(secret);
      if (!proof) return undefined;
      return renderPage(path, {
        title: 'Was it you?',
        paragraphs: [
          `Somebody has answered in the chat, for the login ${proof.login}, that this was them:`,
          'Use your passkey only if it was you who did this and who answered. If somebody has sent you here, say that you did not ask for it.',
        ],
        quote: proof.reason,
        buttons: [
          { act: 'prove', label: 'It was me: use my passkey', main: true },
          { act: 'deny', label: 'Do not prove it' },
          { act: 'fraud', label: 'I did not ask for this' },
        ],
      });
    },

    async act(secret, action, json) {
      if (action !== 'options' && action !== 'verify' && action !== 'deny') return undefined;
      const proof = await findOpen(secret);
      if (!proof) return refuse(410, OVER);
      if (action === 'options') return options(secret, proof);
      return action === 'verify' ? verify(secret, proof, json) : deny(secret, json);
    },
  };
}
