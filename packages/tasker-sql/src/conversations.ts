import { randomUUID } from 'node:crypto';
import { type Conversation, emptyConversation, PluginError, type Tasker } from '@securitybot/core';
import type { SqlDatabase } from '@securitybot/sql';
import { decodeConversation, decodeTasks } from './codec.js';
import { type SqlTaskerOptions, type SqlTaskerReject, tellOf } from './options.js';
import {
  leaseConversations,
  selectConversation,
  selectDueForUpdate,
  selectFirstDue,
} from './statements/conversations.js';
import { selectTasks } from './statements/tasks.js';

type Claim = Awaited<ReturnType<Tasker['claim']>>;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What can be read of it, and what is wrong with the rest: one broken conversation must not hold up the others. */
function readable<T, U>(
  items: readonly T[],
  personOf: (item: T) => string,
  read: (item: T) => U,
): [U[], SqlTaskerReject[]] {
  const good: U[] = [];
  const bad: SqlTaskerReject[] = [];
  for (const item of items) {
    try {
      good.push(read(item));
    } catch (error) {
      bad.push({ person: personOf(item), reason: messageOf(error) });
    }
  }
  return [good, bad];
}

/** See `Tasker.claim`. */
export async function claimConversations(
  database: SqlDatabase,
  options: SqlTaskerOptions,
  request: { readonly leaseMs: number; readonly limit: number },
): Promise<Claim> {
  // Nearly always nothing is due, and this look takes no lock.
  const first = await selectFirstDue(database);
  if (first.due === null || first.due > first.now) return { now: new Date(first.now), claimed: [] };
  const lease = { id: randomUUID(), ms: request.leaseMs };
  const found = await database.write(async (trx) => {
    const rows = await selectDueForUpdate(database, trx, request.limit);
    if (rows.length === 0) return { now: first.now, good: [], bad: [], taskRows: [] };
    await leaseConversations(
      database,
      trx,
      rows.map(({ person }) => person),
      lease,
    );
    const [good, bad] = readable(
      rows,
      ({ person }) => person,
      (row) => ({ row, stored: decodeConversation(row) }),
    );
    // Within the transaction: who saves has to wait for it, so that conversation and tasks are of one version.
    const taskRows = await selectTasks(
      trx,
      good.flatMap(({ stored }) => stored.hashes),
    );
    return { now: rows[0]?.now ?? first.now, good, bad, taskRows };
  });
  const tasks = decodeTasks(found.taskRows);
  const [claimed, incomplete] = readable(
    found.good,
    ({ row }) => row.person,
    ({ stored }) => ({ conversation: stored.with(tasks), lease: lease.id }),
  );
  tellOf(options)([...found.bad, ...incomplete]);
  return { now: new Date(found.now), claimed };
}

/** Runs what reads stored JSON. */
function reading<T>(person: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new PluginError(
      'REJECTED',
      `tasker-sql: the conversation of ${JSON.stringify(person)} cannot be read: ${messageOf(error)}. ` +
        'Restore its rows in sb_conversations and sb_tasks from a backup, or begin it anew: see the README of tasker-sql.',
      { cause: error },
    );
  }
}

const LOOKS = 5;

/** See `Tasker.load`. */
export async function loadConversation(
  database: SqlDatabase,
  person: string,
): Promise<{ readonly now: Date; readonly conversation: Conversation }> {
  for (let look = 1; ; look++) {
    const { now, version, data } = await selectConversation(database, person);
    if (version === null || data === null) return { now: new Date(now), conversation: emptyConversation(person) };
    const stored = reading(person, () => decodeConversation({ person, version, data }));
    const rows = await selectTasks(database.db, stored.hashes);
    const conversation = reading(person, () => stored.with(decodeTasks(rows)));
    // A task newer than its conversation: somebody saved between the two reads. Looked at again, not to decide on a
    // state that never was; not for ever, as `save` would refuse such a decision anyway.
    const torn = conversation.tasks.some(({ changedIn }) => changedIn > version);
    if (!torn || look === LOOKS) return { now: new Date(now), conversation };
  }
}
