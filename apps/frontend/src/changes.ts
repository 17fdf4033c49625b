import { cleanLine } from '@securitybot/core';
import { type Actor, type Change, type Outcome, recorded, recordedOne, type SqlDatabase } from '@securitybot/sql';
import type { Context } from 'hono';
import type { AppEnv } from './access/guard.js';

/** Whoever asks. Two tokens may have one name: the record has the id, too, by which they were made and are revoked. */
function actorOf(context: Context<AppEnv>, what: Change): Actor {
  const identity = context.get('identity');
  if (!identity) throw new Error(`${what} by nobody`);
  const { name, how, key } = identity;
  return how === 'token' ? { name: `${cleanLine(name, 200)} (${key})`, how } : { name, how };
}

/** Makes changes on behalf of whoever asks for them, on the record. */
export async function change(
  context: Context<AppEnv>,
  database: SqlDatabase,
  what: Change,
  about: readonly string[],
  work: () => Promise<readonly Outcome[]>,
): Promise<void> {
  await recorded(database, actorOf(context, what), what, about, work);
}

/** The same for one thing. @returns whether it changed. */
export async function changeOne(
  context: Context<AppEnv>,
  database: SqlDatabase,
  what: Change,
  about: string,
  work: () => Promise<boolean>,
): Promise<boolean> {
  return recordedOne(database, actorOf(context, what), what, about, work);
}
