import { type Conversation, type SaveLease, wakeAt } from '@securitybot/core';
import { insertIfAbsent, type Schema, type SqlDatabase } from '@securitybot/sql';
import type { Transaction } from 'kysely';
import { encodeConversation, encodeRecord, encodeTask } from './codec.js';
import { keyOf } from './person.js';
import { selectNow } from './statements/clock.js';
import { insertConversations, lockVersions, updateConversations, type VersionRow } from './statements/conversations.js';
import { upsertResponses, upsertStatuses } from './statements/records.js';
import { lockOwners, upsertTasks } from './statements/tasks.js';

/** What `Tasker.save` is given. */
export interface Save {
  readonly next: Conversation;
  readonly lease?: SaveLease | undefined;
}

/** Somebody wrote meanwhile what was not there to be locked. Thrown to roll back. */
const RACED = new Error('tasker-sql: somebody else was faster');

/** A save and what it writes, as far as that does not depend on what is stored. */
function prepare(save: Save) {
  const { next } = save;
  const changed = next.tasks.filter(({ changedIn }) => changedIn > next.version);
  return {
    ...save,
    person: keyOf(next.person),
    data: encodeConversation(next),
    wakeAt: wakeAt(next) ?? null,
    changed,
    added: changed.filter(({ addedIn }) => addedIn > next.version),
  };
}

type Prepared = ReturnType<typeof prepare>;

/** The lease that is held. */
function heldLease(row: VersionRow | undefined): { readonly id: string; readonly until: number } | undefined {
  if (!row?.lease || row.lease_until === null || row.lease_until <= row.now) return undefined;
  return { id: row.lease, until: row.lease_until };
}

/** Whether what is stored is what the save goes on from. */
function isCurrent({ next, lease }: Prepared, row: VersionRow | undefined): boolean {
  if ((row?.version ?? 0) !== next.version) return false;
  return !lease || heldLease(row)?.id === (lease.begins ? undefined : lease.id);
}

/** The row of a conversation after a save. */
function rowOf({ person, next, data, wakeAt: wake_at, lease }: Prepared, row: VersionRow | undefined, now: number) {
  const kept = lease && (lease.keepMs === undefined ? undefined : { id: lease.id, until: now + lease.keepMs });
  const { id = null, until = null } = (lease ? kept : heldLease(row)) ?? {};
  return { person, version: next.version + 1, data, wake_at, due_at: until ?? wake_at, lease: id, lease_until: until };
}

/** Those saves whose new tasks are nobody's yet. Of two that add the same task, the first. */
async function withFreeTasks(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  saves: readonly Prepared[],
  now: number,
): Promise<readonly Prepared[]> {
  const ids = saves.flatMap(({ added }) => added.map(({ alert }) => alert.id));
  const owners = await lockOwners(database.engine, trx, ids.sort());
  const taken = new Set([...owners].filter(([, person]) => person !== null).map(([id]) => id));
  const free = saves.filter((save) => {
    if (save.added.some(({ alert }) => taken.has(alert.id))) return false;
    for (const { alert } of save.added) taken.add(alert.id);
    return true;
  });
  // Never handed out by `unassigned`: there is no row yet that could have been locked.
  const unseen = free.flatMap(({ person, added: tasks }) =>
    tasks.filter(({ alert }) => !owners.has(alert.id)).map((task) => encodeTask(person, task, now)),
  );
  if (!(await insertIfAbsent(database.engine, trx, 'sb_tasks', unseen))) throw RACED;
  return free;
}

/** Writes the changed tasks, and the seed's rows of those where these change: on assignment, and once closed. */
async function writeTasks(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  saves: readonly Prepared[],
  now: number,
): Promise<void> {
  const { engine } = database;
  const changed = saves
    .flatMap(({ person, next, changed: tasks }) => tasks.map((task) => ({ task, person, version: next.version })))
    .sort((a, b) => (a.task.alert.id < b.task.alert.id ? -1 : 1));
  await upsertTasks(
    engine,
    trx,
    changed.map(({ person, task }) => encodeTask(person, task, now)),
  );
  const records = changed
    .filter(({ task: { addedIn, state }, version }) => addedIn > version || state === 'closed')
    .map(({ task }) => encodeRecord(database, task));
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
}

/** Writes those of the saves that are not refused. */
async function write(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  saves: readonly Prepared[],
): Promise<ReadonlySet<Prepared>> {
  const rows = await lockVersions(
    database,
    trx,
    saves.map(({ person }) => person),
  );
  const current = saves.filter((save) => isCurrent(save, rows.get(save.person)));
  const now = [...rows.values()][0]?.now ?? (await selectNow(database, trx));
  const accepted = await withFreeTasks(database, trx, current, now);
  const written = accepted.map((save) => rowOf(save, rows.get(save.person), now));
  const { first = [], later = [] } = Object.groupBy(written, ({ version }) => (version === 1 ? 'first' : 'later'));
  if (!(await insertConversations(database.engine, trx, first))) throw RACED;
  await updateConversations(database.engine, trx, later);
  await writeTasks(database, trx, accepted, now);
  return new Set(accepted);
}

/** `Tasker.save` of several conversations, in one transaction. @returns of each whether it was saved. */
export async function saveConversations(database: SqlDatabase, saves: readonly Save[]): Promise<readonly boolean[]> {
  const prepared = saves.map(prepare);
  try {
    const saved = await database.write((trx) => write(database, trx, prepared));
    return prepared.map((save) => saved.has(save));
  } catch (error) {
    if (error === RACED && saves.length === 1) return [false];
    throw error;
  }
}
