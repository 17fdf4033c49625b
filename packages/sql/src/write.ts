import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import type { Engine } from './engine.js';
import { isConflict, isLost } from './errors.js';
import type { Schema } from './schema.js';

const ATTEMPTS = 8;
const FIRST_DELAY_MS = 5;
const LONGEST_DELAY_MS = 500;

/** Doubles each time, and scatters: those who ran into each other should not do so again. */
function backOff(attempt: number): Promise<void> {
  const ms = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
  return delay(ms / 2 + Math.random() * (ms / 2));
}

/** Runs again what failed in a way that may pass, some times. */
export async function retrying<T>(
  run: () => Promise<T>,
  mayPass: (error: unknown) => boolean = isConflict,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (attempt === ATTEMPTS || !mayPass(error)) throw error;
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
  return retrying(attempt, (error) => isConflict(error) || (isLost(error) && !committing));
}
