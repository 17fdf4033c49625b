import { openDatabase } from '@securitybot/sql';
import { sql } from 'kysely';
import { expect } from 'vitest';

/** One of two servers, each on a port of its own. */
export interface DatabaseServer {
  /** The bot's database, as the bot's own user. */
  readonly url: string;
  /** By SIGKILL. Resolves when all of it is gone. */
  kill(): Promise<void>;
  /** Whether it takes writes of users: what an administrator sets before a planned switch. */
  setReadOnly(isReadOnly: boolean): Promise<void>;
}

/** A primary, and a standby that has all that the primary has acknowledged, lets read, and takes no writes. */
export interface Pair {
  readonly primary: DatabaseServer;
  readonly standby: DatabaseServer;
  /** Makes the standby the primary; what it was sent is there, and it takes writes. The old one is left alone. */
  promote(): Promise<void>;
}

/** What a test of a fail-over needs of an engine. */
export interface PairEngine {
  readonly name: 'PostgreSQL' | 'MariaDB';
  /** Why there can be none on this machine; `undefined`: there can. */
  missing(): string | undefined;
  /** With a database for the bot and a user that may do no more than docs/operations.md grants. All is gone when the test is over. */
  createPair(): Promise<Pair>;
}

/** Runs statements one after the other, each a commit. @returns the rows of the last. */
export async function administer(url: string, ...statements: readonly string[]): Promise<unknown[]> {
  const database = await openDatabase(url, { poolSize: 1 });
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await sql.raw(statement).execute(database.db));
    return rows;
  } finally {
    await database.close();
  }
}

/** Waits until a server says so. */
export async function untilSaid(url: string, statement: string, wanted: object): Promise<void> {
  await expect.poll(() => administer(url, statement), { timeout: 20_000 }).toEqual([expect.objectContaining(wanted)]);
}
