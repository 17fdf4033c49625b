import { type Conversation, recordOf, type Task } from '@securitybot/core';
import { hashToHex, hexToHash, type Schema, type SqlDatabase } from '@securitybot/sql';
import type { Insertable } from 'kysely';
import { personOf } from './person.js';
import type { ConversationRow } from './statements/conversations.js';
import type { TaskRow } from './statements/tasks.js';

/** What the conversation's row holds: its key and version have columns, its tasks rows of their own. */
type StoredConversation = Omit<Conversation, 'person' | 'version' | 'tasks'> & { readonly tasks: readonly string[] };

/** JSON.stringify escapes NUL and half surrogate pairs, so that any text survives any engine's text column. */
export function encodeConversation({ person: _, version: __, tasks, ...rest }: Conversation): string {
  const stored: StoredConversation = { ...rest, tasks: tasks.map(({ alert }) => alert.id) };
  return JSON.stringify(stored);
}

/** `key`: of the person. `now`: the time, in ms. */
export function encodeTask(key: string, task: Task, now: number): Insertable<Schema['sb_tasks']> {
  const { alert, state, verdict, history, answer } = task;
  return {
    hash: hexToHash(alert.id),
    person: key,
    seen_at: alert.seenAt,
    severity: alert.severity ?? null,
    state,
    verdict: verdict?.kind ?? null,
    cause: verdict?.kind === 'escalated' ? verdict.cause : null,
    closed_at: verdict?.at ?? null,
    data: JSON.stringify(task),
    asked_at: history.find(({ what }) => what === 'asked')?.at ?? null,
    answered_at: answer?.at ?? null,
    changed_at: now,
  };
}

/** The seed's rows that follow from a task. */
export function encodeRecord(
  { fit }: SqlDatabase,
  task: Task,
): { response: Insertable<Schema['user_responses']>; status: Insertable<Schema['alert_status']> } {
  const hash = hexToHash(task.alert.id);
  const { status, comment, performed, authenticated } = recordOf(task);
  const response = { hash, comment: fit('user_responses.comment', comment), performed, authenticated };
  return { response, status: { hash, status } };
}

/** A conversation's row, read, but for its tasks. Throws an Error saying what is wrong with it. */
export function decodeConversation({ person: key, version, data }: ConversationRow): {
  /** The hashes of its tasks' alerts. */
  readonly hashes: readonly Uint8Array[];
  readonly with: (tasks: ReadonlyMap<string, Task>) => Conversation;
} {
  const { tasks: ids, ...rest } = JSON.parse(data) as StoredConversation;
  if (!Array.isArray(ids)) throw new Error('its data lists no tasks');
  return {
    hashes: ids.map(hexToHash),
    with(tasks) {
      const listed = ids.map((id: string) => {
        const task = tasks.get(id);
        if (!task) throw new Error(`its task ${id} is not in sb_tasks, or cannot be read`);
        return task;
      });
      return { person: personOf(key), version, tasks: listed, ...rest };
    },
  };
}

/** Tasks by the ids of their alerts; without those that cannot be read. */
export function decodeTasks(rows: readonly TaskRow[]): ReadonlyMap<string, Task> {
  const tasks = new Map<string, Task>();
  for (const { hash, data } of rows) {
    try {
      if (data !== null) tasks.set(hashToHex(hash), JSON.parse(data) as Task);
    } catch {
      // Missing to whoever lists it, who says so.
    }
  }
  return tasks;
}
