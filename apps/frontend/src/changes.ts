import { cleanLine } from '@securitybot/core';
import { type Actor, type Change, type Outcome, recorded, type SqlDatabase } from '@securitybot/sql';
import type { Context } from 'hono';
import type { AppEnv } from './access/guard.js';
import type { Identity } from './access/identity.js';

/** Two tokens may have one name: the record has the id, too, by which they were made and are revoked. */
const actorOf = ({ name, how, key }: Identity): Actor =>
  how === 'token' ? { name: `${cleanLine(name, 200)} (${key})`, how } : { name, how };

/** Makes changes on behalf of whoever asks for them, on the record. */
export async function change(
  context: Context<AppEnv>,
  database: SqlDatabase,
  what: Change,
  about: readonly string[],
  work: () => Promise<readonly Outcome[]>,
): Promise<void> {
  const identity = context.get('identity');
  if (!identity) throw new Error(`${what} by nobody`);
  await recorded(database, actorOf(identity), what, about, work);
}

/** The same for one thing. @returns whether it changed. */
export async function changeOne(
  context: Context<AppEnv>,
  database: SqlDatabase,
  what: Change,
  about: string,
  work: () => Promise<boolean>,
): Promise<boolean> {
  let changed = false;
  await change(context, database, what, [about], async () => {
    changed = await work();
    return [changed ? 'done' : 'unchanged'];
  });
  return changed;
}
