import { randomUUID } from 'node:crypto';
import { type Conversation, emptyConversation, isPluginError, PluginError, type Tasker } from '@securitybot/core';
import type { Schema, SqlDatabase } from '@securitybot/sql';
import type { Kysely } from 'kysely';
import { decodeConversation, decodeTasks } from './codec.js';
import type { Looks } from './looks.js';
import { type SqlTaskerOptions, type SqlTaskerReject, tellOf } from './options.js';
import { keyOf, personOf } from './person.js';
import {
  leaseConversations,
  lockVersions,
  selectConversations,
  selectDueForUpdate,
} from './statements/conversations.js';
import { selectTasks } from './statements/tasks.js';

type Claim = Awaited<ReturnType<Tasker['claim']>>;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What can be read of it, and what is wrong with the rest: one broken conversation must not hold up the others. */
function readable<T extends { readonly person: string }, U>(
  items: readonly T[],
  read: (item: T) => U,
): [U[], SqlTaskerReject[]] {
  const good: U[] = [];
  const bad: SqlTaskerReject[] = [];
  for (const item of items) {
    try {
      good.push(read(item));
    } catch (error) {
      bad.push({ person: personOf(item.person), reason: messageOf(error) });
    }
  }
  return [good, bad];
}

/** See `Tasker.claim`. */
export async function claimConversations(
  database: SqlDatabase,
  looks: Looks,
  options: SqlTaskerOptions,
  request: { readonly leaseMs: number; readonly limit: number },
): Promise<Claim> {
  // Nearly always nothing is due, and this look takes no lock.
  const first = await looks.due();
  if (first.due === null || first.due > first.now) return { now: new Date(first.now), claimed: [] };
  const found = await database.write(async (trx) => {
    const due = await selectDueForUpdate(database, trx, request.limit);
    if (due.length === 0) return { now: first.now, good: [], bad: [], taskRows: [] };
    const rows = due.map((row) => ({ ...row, lease: randomUUID() }));
    await leaseConversations(database, trx, rows, request.leaseMs);
    const [good, bad] = readable(rows, (row) => ({ ...row, stored: decodeConversation(row) }));
    // Within the transaction: who saves has to wait for it, so that conversation and tasks are of one version.
    const hashes = good.flatMap(({ stored }) => stored.hashes);
    return { now: due[0]?.now ?? first.now, good, bad, taskRows: await selectTasks(trx, hashes) };
  });
  const tasks = decodeTasks(found.taskRows);
  const [claimed, incomplete] = readable(found.good, ({ stored, lease }) => ({
    conversation: stored.with(tasks),
    lease,
  }));
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

interface Loaded {
  readonly now: Date;
  readonly conversation: Conversation;
}

async function read(database: SqlDatabase, db: Kysely<Schema>, persons: readonly string[]): Promise<readonly Loaded[]> {
  const keys = persons.map(keyOf);
  const { now, rows } = await selectConversations(database, db, keys);
  const found = new Map(rows.map((row) => [row.person, reading(personOf(row.person), () => decodeConversation(row))]));
  const hashes = [...found.values()].flatMap((stored) => stored.hashes);
  const tasks = decodeTasks(await selectTasks(db, hashes));
  return persons.map((person, n) => {
    const stored = found.get(keys[n] ?? '');
    const conversation = stored ? reading(person, () => stored.with(tasks)) : emptyConversation(person);
    return { now: new Date(now), conversation };
  });
}

/** A task newer than its conversation: somebody saved between the two reads. */
function isTorn({ tasks, version }: Conversation): boolean {
  return tasks.some(({ changedIn }) => changedIn > version);
}

/** Undefined: between the two reads, somebody saved, or deleted old tasks; or a conversation cannot be read. */
async function readWhole(database: SqlDatabase, persons: readonly string[]): Promise<readonly Loaded[] | undefined> {
  try {
    const loaded = await read(database, database.db, persons);
    return loaded.some(({ conversation }) => isTorn(conversation)) ? undefined : loaded;
  } catch (error) {
    if (isPluginError(error)) return undefined;
    throw error;
  }
}

/** `Tasker.load` of several persons. */
export async function loadConversations(database: SqlDatabase, persons: readonly string[]): Promise<readonly Loaded[]> {
  const loaded = await readWhole(database, persons);
  if (loaded) return loaded;
  // So read with everybody else kept from it.
  return database.write(async (trx) => {
    await lockVersions(database, trx, persons.map(keyOf));
    return read(database, trx, persons);
  });
}
