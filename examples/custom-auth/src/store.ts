import { DatabaseSync } from 'node:sqlite';
import { type ChallengeResult, PluginError } from '@securitybot/core';

/** So many wrong codes are a denial: of a million codes, three are right at any time. */
const TRIES = 3;

const SCHEMA = `CREATE TABLE IF NOT EXISTS challenges (id TEXT PRIMARY KEY, subject TEXT NOT NULL, ends INTEGER NOT NULL,
  result TEXT NOT NULL DEFAULT 'pending', wrong INTEGER NOT NULL DEFAULT 0, step INTEGER)`;

interface Challenge {
  readonly id: string;
  readonly subject: string;
  /** ms since the epoch, UTC. */
  readonly ends: number;
  readonly result: ChallengeResult;
}

/** What was asked, and what became of it, in an SQLite file that every process of the bot opens. */
export function openStore(path: string) {
  const database = new DatabaseSync(path, { timeout: 5_000 });
  database.exec(SCHEMA);

  function run(sql: string, ...values: readonly (string | number)[]): boolean {
    return guarded(() => database.prepare(sql).run(...values).changes === 1);
  }

  function get(sql: string, ...values: readonly (string | number)[]): Challenge | undefined {
    return guarded(() => database.prepare(sql).get(...values) as Challenge | undefined);
  }

  function guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw new PluginError('UNAVAILABLE', `codes: ${path} cannot be used; mend the file`, { cause });
    }
  }

  return {
    /** Opens a challenge; one of that id stays as it is. */
    open: (id: string, subject: string, ends: number) =>
      run('INSERT INTO challenges (id, subject, ends) VALUES (?, ?, ?) ON CONFLICT DO NOTHING', id, subject, ends),

    read: (id: string) => get('SELECT * FROM challenges WHERE id = ?', id),

    oldestOpen: (subject: string, now: number) =>
      get(
        `SELECT * FROM challenges WHERE subject = ? AND result = 'pending' AND ends > ? ORDER BY ends LIMIT 1`,
        subject,
        now,
      ),

    /** A code counts once, whatever for (RFC 6238, 5.2), and none that is older. @returns false: it has been used. */
    approve: ({ id, subject }: Challenge, step: number) =>
      run(
        `UPDATE challenges SET result = 'approved', step = ? WHERE id = ? AND result = 'pending'
          AND NOT EXISTS (SELECT 1 FROM challenges WHERE subject = ? AND step >= ?)`,
        step,
        id,
        subject,
        step,
      ),

    countWrong: ({ id }: Challenge) =>
      run(
        `UPDATE challenges SET wrong = wrong + 1, result = iif(wrong + 1 < ${TRIES}, 'pending', 'denied')
          WHERE id = ? AND result = 'pending'`,
        id,
      ),

    close: () => database.close(),
  };
}
