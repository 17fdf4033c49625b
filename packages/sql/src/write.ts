import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import type { Engine } from './engine.js';
import { isConflict, isLost } from './errors.js';
import type { Schema } from './schema.js';

const CONFLICT_TRIES = 20;
/** One for each way to find a stale connection; when the server is down, whoever called should hear of it soon. */
const LOST_TRIES = 5;
/** Each try may wait for locks, too. */
const PATIENCE_MS = 30_000;
const FIRST_DELAY_MS = 5;
const LONGEST_DELAY_MS = 500;

/** Doubles each time, and scatters: those who ran into each other should not do so again. */
function backOff(attempt: number): Promise<void> {
  const ms = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
  return delay(Math.random() * ms);
}

function triesOf(error: unknown): number {
  if (isConflict(error)) return CONFLICT_TRIES;
  return isLost(error) ? LOST_TRIES : 1;
}

/** Runs again what failed in a way that may pass, some times. `isFinal`: not this time. */
export async function retrying<T>(run: () => Promise<T>, isFinal: (error: unknown) => boolean): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= triesOf(error) || isFinal(error) || performance.now() > end) throw error;
    }
    await backOff(attempt);
  }
}

/** See `SqlDatabase.write`. */
export function runWrite<T>(
  engine: Engine,
  db: Kysely<Schema>,
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  let committing = false;
  const attempt = () => {
    committing = false;
    // MySQL's sessions have the isolation level from their beginning, SQLite needs none.
    const transaction = engine === 'postgres' ? db.transaction().setIsolationLevel('read committed') : db.transaction();
    return transaction.execute(async (trx) => {
      const result = await work(trx);
      committing = true;
      return result;
    });
  };
  return retrying(attempt, (error) => committing && !isConflict(error));
}
