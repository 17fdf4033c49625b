import { hashToHex, recorded } from '@securitybot/sql';
import {
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { renderPage } from './html.js';
import { member, refuse, respondJson } from './http.js';
import { passkeysOf, transportsOf } from './keys.js';
import type { LinkKind } from './link.js';
import type { Settings } from './options.js';
import { hashOf } from './secret.js';
import { selectEnrolment, setEnrolmentChallenge, useEnrolment } from './statements/enrolments.js';
import { deletePasskey, insertPasskey } from './statements/passkeys.js';

const OVER = 'This link was used, or its time is over. Ask whoever gave it to you for another one.';
const KNOWN = 'That passkey is known already. Please add another one.';
/** EdDSA, ES256 and RS256: what every authenticator has one of. https://www.iana.org/assignments/cose */
const ALGORITHMS = [-8, -7, -257];
/** As the column is. */
const LONGEST_CREDENTIAL = 1400;

/** What is known of them; the rest of what a browser says is nobody's. https://www.w3.org/TR/webauthn-3/#enum-transport */
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'];
const transportsIn = (said: unknown): string =>
  TRANSPORTS.filter((each) => Array.isArray(said) && said.includes(each)).join(' ');

/** Links with which a person adds a passkey: see `issueEnrolment`. */
export function createEnrolLinks(settings: Settings): LinkKind {
  const { database, host, origin, path, name } = settings;
  const { db } = database;
  const now = async () => (await database.now()).getTime();
  const find = async (secret: Buffer) => selectEnrolment(db, secret, await now());
  type Enrolment = NonNullable<Awaited<ReturnType<typeof find>>>;

  async function options(secret: Buffer, { login }: Enrolment): Promise<Response> {
    const { all } = await passkeysOf(settings, login);
    const asked = await generateRegistrationOptions({
      rpName: name,
      rpID: host,
      userName: login,
      userID: new Uint8Array(hashOf(login)),
      attestationType: 'none',
      supportedAlgorithmIDs: ALGORITHMS,
      excludeCredentials: all.map((row) => ({ id: row.credential, transports: transportsOf(row) })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    });
    await setEnrolmentChallenge(db, secret, asked.challenge);
    return respondJson(200, asked);
  }

  /** The link's use and the new passkey, both or neither: a passkey that is known already does not use it up. */
  async function add(
    secret: Buffer,
    { login, issued_by }: Enrolment,
    challenge: string,
    { credential }: NonNullable<VerifiedRegistrationResponse['registrationInfo']>,
  ): Promise<'added' | 'known' | 'over'> {
    const at = await now();
    const hash = hashOf(credential.id);
    return database.write(async (trx) => {
      const isNew = await insertPasskey(database.engine, trx, {
        hash,
        login,
        credential: credential.id,
        public_key: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: transportsIn(credential.transports),
        added_at: at,
        added_by: issued_by,
      });
      if (!isNew) return 'known';
      if (await useEnrolment(trx, secret, challenge, at)) return 'added';
      await deletePasskey(trx, hash);
      return 'over';
    });
  }

  async function verify(secret: Buffer, enrolment: Enrolment, json: unknown): Promise<Response> {
    const { challenge } = enrolment;
    if (challenge === null) return refuse(409, 'Nothing was asked for. Please try again.');
    const response = member(json, 'response') as RegistrationResponseJSON;
    const { registrationInfo } = await verifyRegistrationResponse({
      response,
      supportedAlgorithmIDs: ALGORITHMS,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: host,
      requireUserVerification: true,
    }).catch(() => ({ registrationInfo: undefined }));
    if (!registrationInfo || registrationInfo.credential.id.length > LONGEST_CREDENTIAL)
      return refuse(403, 'That is no new passkey. Please try again.');
    let became = 'over' as Awaited<ReturnType<typeof add>>;
    const { login } = enrolment;
    const about = `${login}: ${hashToHex(hashOf(registrationInfo.credential.id))}`;
    await recorded(database, { name: login, how: 'link' }, 'passkey.add', [about], async () => {
      became = await add(secret, enrolment, challenge, registrationInfo);
      return [became === 'added' ? 'done' : 'failed'];
    });
    if (became === 'known') return refuse(409, KNOWN);
    if (became === 'over') return refuse(410, OVER);
    return respondJson(200, { detail: 'Your passkey was added. You can close this page.' });
  }

  return {
    async page(secret) {
      const enrolment = await find(secret);
      if (!enrolment) return undefined;
      return renderPage(path, {
        title: `A passkey for ${enrolment.login}`,
        paragraphs: [
          `${enrolment.issued_by} has asked you to add a passkey for the login ${enrolment.login}. With it you will prove to the security team that it was you, when they ask.`,
          'Go on only if this login is yours. The security team is told.',
        ],
        buttons: [{ act: 'enrol', label: 'Add my passkey', main: true }],
      });
    },

    async act(secret, action, json) {
      if (action !== 'options' && action !== 'verify') return undefined;
      const enrolment = await find(secret);
      if (!enrolment) return refuse(410, OVER);
      return action === 'options' ? options(secret, enrolment) : verify(secret, enrolment, json);
    },
  };
}
