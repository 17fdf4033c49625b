import { cleanLine } from '@securitybot/core';
import type { SqlDatabase } from '@securitybot/sql';
import type { Identity } from './identity.js';
import type { Role } from './roles.js';
import { isRole } from './roles.js';
import { csrfOf, hashOf, isSame, keyOf, newSecret } from './secrets.js';
import { deleteEndedLinks, deleteLink, insertLink, selectLink } from './statements/links.js';
import { deleteEndedSessions, deleteSession, insertSession, selectSession } from './statements/sessions.js';

/** A working day; who is still there signs in again. */
export const SESSION_MS = 12 * 3_600_000;
const LINK_MS = 15 * 60_000;

/** What a session's or a link's secret looks like: nothing else is looked up. */
const SECRET = /^[A-Za-z0-9_-]{43}$/;

export interface Person {
  readonly name: string;
  readonly role: Role;
}

/** @returns what the person's browser is to hold. */
export async function startSession(database: SqlDatabase, { name, role }: Person): Promise<string> {
  const secret = newSecret();
  const now = (await database.now()).getTime();
  await deleteEndedSessions(database, now);
  const row = { role, name: cleanLine(name, 255), started_at: now, expires_at: now + SESSION_MS };
  await insertSession(database, { hash: hashOf(secret), ...row });
  return secret;
}

export async function whoHasSession(database: SqlDatabase, secret: string): Promise<Identity | undefined> {
  if (!SECRET.test(secret)) return undefined;
  const hash = hashOf(secret);
  const row = await selectSession(database, hash);
  if (!row || !isSame(row.hash, hash) || !isRole(row.role)) return undefined;
  if (row.expires_at <= row.now) return undefined;
  const { name, role, expires_at: until } = row;
  return { name, role, how: 'session', key: keyOf(secret), until, csrf: csrfOf(secret) };
}

export async function endSession(database: SqlDatabase, secret: string): Promise<void> {
  await deleteSession(database, hashOf(secret));
}

/** Makes a link's code: good for one sign-in, within a quarter of an hour. */
export async function createLink(database: SqlDatabase, { name, role }: Person): Promise<string> {
  const code = newSecret();
  const now = (await database.now()).getTime();
  await deleteEndedLinks(database, now);
  await insertLink(database, { hash: hashOf(code), role, name: cleanLine(name, 255), expires_at: now + LINK_MS });
  return code;
}

/** @returns whom the code lets in, once; undefined: nobody, or no longer. */
export async function spendLink(database: SqlDatabase, code: string): Promise<Person | undefined> {
  if (!SECRET.test(code)) return undefined;
  const hash = hashOf(code);
  const row = await selectLink(database, hash);
  if (!row || !isSame(row.hash, hash) || !isRole(row.role)) return undefined;
  if (!(await deleteLink(database, hash))) return undefined; // somebody was faster
  return row.expires_at > (await database.now()).getTime() ? { name: row.name, role: row.role } : undefined;
}
