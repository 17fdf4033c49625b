import { setTimeout as delay } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import type { Engine } from './database.js';
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

/** See `SqlDatabase.write`. */
export async function runWrite<T>(
  engine: Engine,
  db: Kysely<Schema>,
  work: (trx: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  // MySQL's sessions have the isolation level from their beginning, SQLite needs none.
  const begin = () => (engine === 'postgres' ? db.transaction().setIsolationLevel('read committed') : db.transaction());
  for (let attempt = 0; ; attempt++) {
    let committing = false;
    try {
      return await begin().execute(async (trx) => {
        const result = await work(trx);
        committing = true;
        return result;
      });
    } catch (error) {
      const again = isConflict(error) || (isLost(error) && !committing);
      if (!again || attempt + 1 >= ATTEMPTS) throw error;
      await backOff(attempt);
    }
  }
}
