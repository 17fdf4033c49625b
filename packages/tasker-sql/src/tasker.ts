import type { Tasker } from '@securitybot/core';
import { grouped, type SqlDatabase, toPluginError } from '@securitybot/sql';
import { addAlert } from './add.js';
import { claimConversations, loadConversations } from './conversations.js';
import { createLooks } from './looks.js';
import type { SqlTaskerOptions } from './options.js';
import { type Save, saveConversations } from './save.js';
import { findUnassigned } from './unassigned.js';

/** Conversations loaded, or saved, together at the most; and so many transactions at a time. */
const TOGETHER = { most: 100, lanes: 2 };

/** Runs something, and makes of a driver's failure what core understands. */
async function doing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toPluginError(error, `tasker-sql: ${what}`);
  }
}

/**
 * The Tasker on a SQL database that `migrate` of `@securitybot/sql` has set up. Any number of processes may use one
 * database. Closing the database is the caller's business. Methods throw PluginErrors: `UNAVAILABLE`,
 * `BAD_CREDENTIALS`, and `REJECTED` for an alert or a key that cannot be stored, or a conversation that cannot be read.
 */
export function createSqlTasker(database: SqlDatabase, options: SqlTaskerOptions = {}): Tasker {
  const looks = createLooks(database);
  const load = grouped({ ...TOGETHER, keyOf: (person: string) => person }, (persons) =>
    loadConversations(database, persons),
  );
  const save = grouped({ ...TOGETHER, keyOf: ({ next }: Save) => next.person }, (saves) =>
    saveConversations(database, saves),
  );
  return {
    name: 'sql',
    add: (alert) => doing('adding an alert', () => addAlert(database, alert)),
    unassigned: (limit) => doing('looking for new alerts', () => findUnassigned(database, looks, options, limit)),
    claim: (request) => doing('claiming conversations', () => claimConversations(database, looks, options, request)),
    load: (person) => doing('loading a conversation', () => load(person)),
    save: (next, lease) => doing('saving a conversation', () => save({ next, lease })),
  };
}
