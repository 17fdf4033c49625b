import { type Change, type Outcome, recorded, type SqlDatabase } from '@securitybot/sql';
import type { Context } from 'hono';
import type { AppEnv } from './access/guard.js';

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
  await recorded(database, identity, what, about, work);
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
