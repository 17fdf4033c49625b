import { randomBytes } from 'node:crypto';
import { cleanLine } from '@securitybot/core';
import type { SqlDatabase } from '../database.js';
import { insertAudit, updateOutcome } from './statements.js';

/** What is on the record. */
export type Change =
  | 'alert.raise'
  | 'demo.answer'
  | 'demo.say'
  | 'mute.remove'
  | 'opt-out.put'
  | 'opt-out.remove'
  | 'passkey.add'
  | 'passkey.link'
  | 'passkey.remove'
  | 'prune'
  | 'sign-in'
  | 'sign-in.refused'
  | 'sign-in.link'
  | 'sign-out'
  | 'token.create'
  | 'token.revoke';

/** What came of it. */
export type Outcome = 'done' | 'unchanged' | 'failed';

/** Who makes a change, and by what they were known. */
export interface Actor {
  /** Of a `command`: the operating system's login, at the host. */
  readonly name: string;
  readonly how: 'session' | 'token' | 'command' | 'link' | 'oidc';
}

/** Rows in one statement. */
const BATCH = 500;

function* batchesOf<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += BATCH) yield all.slice(from, from + BATCH);
}

/** Ids sort by time, and within one change by its order. */
function idOf(at: number, n: number): string {
  const [time, order] = [at.toString(16).padStart(12, '0'), n.toString(16).padStart(4, '0')];
  return time + order + randomBytes(8).toString('hex');
}

/**
 * Makes a change of one or more things, and records who did: before, so that no change is without its record, and after, what became of
 * each.
 */
export async function recorded(
  database: SqlDatabase,
  actor: Actor,
  what: Change,
  about: readonly string[],
  work: () => Promise<readonly Outcome[]>,
): Promise<void> {
  const at = (await database.now()).getTime();
  const rows = about.map((each, n) => ({
    id: idOf(at, n),
    at,
    who: cleanLine(actor.name, 255),
    how: actor.how,
    what,
    about: cleanLine(each, 255),
    outcome: null,
  }));
  for (const batch of batchesOf(rows)) await insertAudit(database, batch);
  const settle = async (outcome: Outcome, ids: readonly string[]) => {
    for (const batch of batchesOf(ids)) await updateOutcome(database, batch, outcome);
  };
  let outcomes: readonly Outcome[];
  try {
    outcomes = await work();
  } catch (error) {
    await settle(
      'failed',
      rows.map(({ id }) => id),
    ).catch(() => {}); // the first failure is the one to tell of
    throw error;
  }
  for (const outcome of ['done', 'unchanged', 'failed'] as const) {
    const ids = rows.flatMap(({ id }, n) => (outcomes[n] === outcome ? [id] : []));
    await settle(outcome, ids);
  }
}

/** The same for one thing, of which `work` tells whether it changed. @returns that. */
export async function recordedOne(
  database: SqlDatabase,
  actor: Actor,
  what: Change,
  about: string,
  work: () => Promise<boolean>,
): Promise<boolean> {
  let isChanged = false;
  await recorded(database, actor, what, [about], async () => {
    isChanged = await work();
    return [isChanged ? 'done' : 'unchanged'];
  });
  return isChanged;
}
