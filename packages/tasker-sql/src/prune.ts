import type { Conversation } from '@securitybot/core';
import { hashToHex, type Schema, type SqlDatabase, toPluginError, toSqlTime, upsert } from '@securitybot/sql';
import type { Transaction } from 'kysely';
import { inBatches } from './batches.js';
import {
  type Cursor,
  closeStatuses,
  closeTasks,
  countClosed,
  countSettled,
  deleteConversation,
  deleteRows,
  lockConversations,
  type Prunable,
  selectClosed,
  selectPruned,
  selectSettled,
  updateComments,
  updateData,
} from './statements/pruned.js';

/** Alerts in one transaction: few enough that nobody waits for long for what it locks. */
const BATCH = 500;

type Stored = Omit<Conversation, 'person' | 'version' | 'tasks'> & { readonly tasks: readonly string[] };

/** What the mass brake stopped has a conversation to itself, which nobody will ever take up again. */
const isOver = (person: string, { tasks, outbox }: Stored) =>
  person.startsWith('flood:') && tasks.length === 0 && outbox.length === 0;

/** Takes tasks out of their conversation. @returns those that it can do without: what is still to be sent may tell of some. */
async function release(
  trx: Transaction<Schema>,
  { person, version, data }: { readonly person: string; readonly version: number; readonly data: string },
  ids: ReadonlySet<string>,
): Promise<readonly string[]> {
  let stored: Stored;
  try {
    stored = JSON.parse(data) as Stored;
    if (!Array.isArray(stored.tasks)) return [];
  } catch {
    return []; // somebody edited it; `doctor` says so
  }
  const { tasks, ...rest } = stored;
  const needed = JSON.stringify([rest.outbox, rest.questions]);
  const free = [...ids].filter((id) => !needed.includes(id));
  const left = { ...rest, tasks: tasks.filter((id) => !free.includes(id)) };
  if (isOver(person, left)) await deleteConversation(trx, person);
  else if (left.tasks.length < tasks.length)
    await updateData(trx, { person, version: version + 1, data: JSON.stringify(left) });
  return free;
}

/** Those of a batch that can be deleted, out of their conversations. */
async function releaseAll(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  batch: readonly Prunable[],
): Promise<readonly Uint8Array[]> {
  const byPerson = Map.groupBy(batch, ({ person }) => person);
  const nobodys = byPerson.get(null) ?? [];
  const persons = [...byPerson.keys()].filter((person) => person !== null);
  const conversations = await lockConversations(database, trx, persons);
  const found = new Set(conversations.map(({ person }) => person));
  // Whose conversation is gone, are nobody's either.
  const free = [...nobodys, ...batch.filter(({ person }) => person !== null && !found.has(person))].map(
    ({ hash }) => hash,
  );
  for (const conversation of conversations) {
    const theirs = new Map(byPerson.get(conversation.person)?.map(({ hash }) => [hashToHex(hash), hash]));
    for (const id of await release(trx, conversation, new Set(theirs.keys()))) {
      const hash = theirs.get(id);
      if (hash) free.push(hash);
    }
  }
  return free.sort(Buffer.compare);
}

/** @returns how many were deleted. */
function pruneBatch(database: SqlDatabase, batch: readonly Prunable[]): Promise<number> {
  return database.write(async (trx) => {
    const hashes = await releaseAll(database, trx, batch);
    if (hashes.length === 0) return 0;
    const at = database.nowMs();
    await upsert(
      database.engine,
      trx,
      'sb_pruned',
      ['hash'],
      hashes.map((hash) => ({ hash, at })),
    );
    // `alerts` last: in old databases, the others may refer to it.
    for (const table of ['sb_tasks', 'sb_rejects', 'user_responses', 'alert_status', 'alerts'] as const)
      await deleteRows(trx, table, hashes);
    return hashes.length;
  });
}

async function* pruneAll(
  database: SqlDatabase,
  select: (behind: Cursor) => Promise<readonly Prunable[]>,
): AsyncGenerator<number> {
  let behind: Cursor;
  for (;;) {
    const batch = await select(behind);
    if (batch.length === 0) return;
    yield await pruneBatch(database, batch);
    behind = batch.at(-1);
  }
}

const failed = (error: unknown) => toPluginError(error, 'tasker-sql: deleting old alerts');

/** How many alerts `pruneAlerts` would delete, at the most. Throws PluginErrors, as the Tasker does. */
export async function countPrunable({ db }: SqlDatabase, before: Date): Promise<number> {
  try {
    return (await countClosed(db, before.getTime())) + (await countSettled(db, toSqlTime(before.getTime())));
  } catch (error) {
    throw failed(error);
  }
}

/**
 * Deletes alerts that were closed before that time, some hundreds a transaction, beside running bots; of what an older Securitybot has
 * settled, those that happened before. Their hashes are kept: should one of them come again, it is known, and nobody is asked. Yields how many
 * each transaction has deleted; what is still to be told of is left for another time. Throws PluginErrors, as the Tasker does.
 */
export async function* pruneAlerts(database: SqlDatabase, before: Date): AsyncGenerator<number> {
  const { db } = database;
  const ms = before.getTime();
  try {
    yield* pruneAll(database, (behind) => selectClosed(db, ms, behind, BATCH));
    yield* pruneAll(database, (behind) => selectSettled(db, toSqlTime(ms), behind, BATCH));
  } catch (error) {
    throw failed(error);
  }
}

/** What a detector reads of an alert that has come again after it was deleted. */
const KNOWN = 'known: it was dealt with before, and deleted since';

/** Closes those of new alerts that have come again after they were deleted. */
export async function settlePruned(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  hashes: readonly Uint8Array[],
): Promise<void> {
  for (const batch of inBatches(hashes)) {
    const pruned = await selectPruned(trx, batch);
    if (pruned.length === 0) continue;
    await closeTasks(database, trx, pruned);
    await updateComments(trx, pruned, KNOWN);
    await closeStatuses(trx, pruned);
  }
}
