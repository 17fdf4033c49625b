import { randomBytes } from 'node:crypto';
import { cleanLine } from '@securitybot/core';
import type { SqlDatabase } from '@securitybot/sql';
import type { Identity } from './identity.js';
import type { Role } from './roles.js';
import { isRole } from './roles.js';
import { hashOf, isSame, newSecret } from './secrets.js';
import {
  insertToken,
  selectToken,
  selectTokens,
  type TokenRow,
  updateRevoked,
  updateUsed,
} from './statements/tokens.js';

/** A token as lists show it: without its secret, which nobody knows but who got it. */
export interface Token {
  readonly id: string;
  readonly role: string;
  readonly name: string;
  /** ms since the epoch, UTC; so are the others. */
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number;
  readonly usedAt: number | null;
  readonly revokedAt: number | null;
}

/** `sbt_`, for those who look for lost secrets; an id; 256 bits. */
const TOKEN = /^sbt_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;
/** `used_at` is about right: it is not written with every request. */
const USED_MS = 3_600_000;

const toToken = (row: TokenRow): Token => ({
  id: row.id,
  role: row.role,
  name: row.name,
  createdAt: row.created_at,
  createdBy: row.created_by,
  expiresAt: row.expires_at,
  usedAt: row.used_at,
  revokedAt: row.revoked_at,
});

/** Names a token in lists and on the record; no secret. */
export const newTokenId = (): string => randomBytes(8).toString('hex');

/** Makes a token for a machine. @returns it, this once: only its hash is kept. */
export async function createToken(
  database: SqlDatabase,
  {
    id = newTokenId(),
    role,
    name,
    by,
    lifeMs,
  }: { readonly id?: string; readonly role: Role; readonly name: string; readonly by: string; readonly lifeMs: number },
): Promise<{ readonly token: Token; readonly secret: string }> {
  const secret = `sbt_${id}_${newSecret()}`;
  const now = (await database.now()).getTime();
  const row = {
    id,
    hash: hashOf(secret),
    role,
    name: cleanLine(name, 255),
    created_at: now,
    created_by: cleanLine(by, 255),
    expires_at: now + lifeMs,
    used_at: null,
    revoked_at: null,
  };
  await insertToken(database, row);
  return { token: toToken(row), secret };
}

/** All tokens, the newest first; those that have ended, too. */
export async function listTokens(database: SqlDatabase): Promise<readonly Token[]> {
  return (await selectTokens(database)).map(toToken);
}

/** Ends a token now. @returns false when there is none of that id, or it was ended before. */
export async function revokeToken(database: SqlDatabase, id: string): Promise<boolean> {
  return updateRevoked(database, id, (await database.now()).getTime());
}

/** Whose token that is; undefined: nobody's, or no longer. */
export async function whoHasToken(database: SqlDatabase, secret: string): Promise<Identity | undefined> {
  const [, id] = TOKEN.exec(secret) ?? [];
  if (id === undefined) return undefined;
  const row = await selectToken(database, id);
  if (!row || !isSame(row.hash, hashOf(secret))) return undefined;
  if (row.revoked_at !== null || row.expires_at <= row.now || !isRole(row.role)) return undefined;
  if ((row.used_at ?? 0) < row.now - USED_MS) await updateUsed(database, id, row.now);
  return { name: row.name, role: row.role, how: 'token', key: id, until: row.expires_at };
}
