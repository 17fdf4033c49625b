import { type Conversation, wakeAt } from '@securitybot/core';
import { insertIfAbsent, type Schema, type SqlDatabase } from '@securitybot/sql';
import type { Transaction } from 'kysely';
import { encodeConversation, encodeRecord, encodeTask } from './codec.js';
import { keyOf } from './person.js';
import { type ConversationWrite, updateConversation, updateLeasedConversation } from './statements/conversations.js';
import { upsertResponses, upsertStatuses } from './statements/records.js';
import { takeTasks, upsertTasks } from './statements/tasks.js';

type Lease = { readonly id: string; readonly keepMs?: number };

/** Thrown to roll back what a refused save wrote. */
const REFUSED = new Error('tasker-sql: the save was refused');

/** Writes the conversation's row if the version, and the lease where one is given, are there. */
async function writeConversation(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  write: ConversationWrite,
  lease: Lease | undefined,
): Promise<boolean> {
  if (lease) return updateLeasedConversation(database, trx, write, lease);
  if (write.version > 0) return updateConversation(database, trx, write);
  const { person, data, wakeAt } = write;
  const row = { person, version: 1, data, wake_at: wakeAt, due_at: wakeAt };
  return insertIfAbsent(database.engine, trx, 'sb_conversations', row);
}

/** Writes the changed tasks, and the seed's rows of those where these change: on assignment, and once closed. */
async function writeTasks(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  person: string,
  { tasks, version }: Conversation,
): Promise<boolean> {
  const { engine } = database;
  const changed = tasks
    .filter(({ changedIn }) => changedIn > version)
    .sort((a, b) => (a.alert.id < b.alert.id ? -1 : 1));
  const added = changed.filter(({ addedIn }) => addedIn > version);
  if (!(await take(database, trx, person, added))) return false;
  await upsertTasks(
    engine,
    trx,
    changed.map((task) => encodeTask(person, task)),
  );
  const records = changed
    .filter(({ addedIn, state }) => addedIn > version || state === 'closed')
    .map((task) => encodeRecord(database, task));
  await upsertResponses(
    engine,
    trx,
    records.map(({ response }) => response),
  );
  await upsertStatuses(
    engine,
    trx,
    records.map(({ status }) => status),
  );
  return true;
}

/** Makes new tasks this person's. @returns false when one of them is somebody's already. */
async function take(
  { engine }: SqlDatabase,
  trx: Transaction<Schema>,
  person: string,
  added: Conversation['tasks'],
): Promise<boolean> {
  let taken = await takeTasks(
    trx,
    person,
    added.map(({ alert }) => alert.id),
  );
  if (taken === added.length) return true;
  // Some are somebody's, or were never handed out by `unassigned`: those have no row yet.
  for (const task of added) {
    if (await insertIfAbsent(engine, trx, 'sb_tasks', encodeTask(person, task))) taken += 1;
  }
  return taken === added.length;
}

/** See `Tasker.save`. */
export async function saveConversation(database: SqlDatabase, next: Conversation, lease?: Lease): Promise<boolean> {
  const person = keyOf(next.person);
  const write = { person, version: next.version, data: encodeConversation(next), wakeAt: wakeAt(next) ?? null };
  try {
    await database.write(async (trx) => {
      const current = await writeConversation(database, trx, write, lease);
      if (!current || !(await writeTasks(database, trx, person, next))) throw REFUSED;
    });
    return true;
  } catch (error) {
    if (error === REFUSED) return false;
    throw error;
  }
}
