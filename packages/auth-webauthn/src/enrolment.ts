import { cleanLine, PluginError } from '@securitybot/core';
import { hashToHex, hexToHash, normalise, recorded, recordedOne } from '@securitybot/sql';
import { loginOf } from './keys.js';
import { readOptions, type WebauthnOptions } from './options.js';
import { hashOf, newSecret } from './secret.js';
import { insertEnrolment } from './statements/enrolments.js';
import { selectAllPasskeys, selectPasskeys, updateRemoved } from './statements/passkeys.js';

const DAY_MS = 24 * 60 * 60_000;
/** As the column is. */
const LONGEST_ISSUER = 255;

export interface EnrolmentLink {
  /** For the person, on a way that the chat account has no part in: whoever opens it first adds a passkey. */
  readonly url: string;
  /** Ms since the epoch, UTC. */
  readonly expiresAt: number;
}

/** A passkey as an administrator sees it. Times are ms since the epoch, UTC. */
export interface Passkey {
  /** For `removePasskey`. */
  readonly id: string;
  readonly login: string;
  readonly addedAt: number;
  /** Who issued its link. */
  readonly addedBy: string;
  readonly usedAt?: number;
  /** Old enough to prove something. */
  readonly proves: boolean;
}

/**
 * Issues a link, good once, with which the person behind a login adds a passkey. It is reported, and so is its use: see
 * `reportPasskeys`; both are on the record (`GET /api/audit` of the front end). Throws a PluginError, `REJECTED`, for what no login can be.
 * @param by who issues it, for the report.
 * @param goodForMs by default a day.
 */
export async function issueEnrolment(
  options: WebauthnOptions,
  { login, by, goodForMs = DAY_MS }: { readonly login: string; readonly by: string; readonly goodForMs?: number },
): Promise<EnrolmentLink> {
  const { database, origin, path } = readOptions(options);
  const name = loginOf(login);
  if (name === undefined)
    throw new PluginError('REJECTED', `webauthn: ${JSON.stringify(login)} is no login. Give the one that alerts name.`);
  const secret = newSecret();
  const now = (await database.now()).getTime();
  const expiresAt = now + goodForMs;
  await recorded(database, { name: by, how: 'command' }, 'passkey.link', [name], async () => {
    await insertEnrolment(database.db, {
      hash: hashOf(secret),
      login: name,
      issued_by: cleanLine(by, LONGEST_ISSUER),
      issued_at: now,
      expires_at: expiresAt,
    });
    return ['done'];
  });
  return { url: `${origin}${path}/enrol/${secret}`, expiresAt };
}

/** The passkeys of a login, or of everybody. */
export async function listPasskeys(options: WebauthnOptions, login?: string): Promise<readonly Passkey[]> {
  const { database, matureMs } = readOptions(options);
  const rows = await (login === undefined
    ? selectAllPasskeys(database.db)
    : selectPasskeys(database.db, normalise(login)));
  const now = (await database.now()).getTime();
  return rows.map(({ hash, login: name, added_at, added_by, used_at }) => ({
    id: hashToHex(hash),
    login: name,
    addedAt: added_at,
    addedBy: added_by,
    ...(used_at === null ? {} : { usedAt: used_at }),
    proves: added_at + matureMs <= now,
  }));
}

/**
 * Takes a passkey away, by its id: it proves nothing from now on. That is on the record.
 * @param by who does.
 * @returns whether there was one.
 */
export async function removePasskey(
  options: WebauthnOptions,
  { id, by }: { readonly id: string; readonly by: string },
): Promise<boolean> {
  const { database } = readOptions(options);
  return recordedOne(database, { name: by, how: 'command' }, 'passkey.remove', id, async () => {
    const now = (await database.now()).getTime();
    return /^[0-9a-f]{64}$/.test(id) && (await updateRemoved(database.db, hexToHash(id), now));
  });
}
