import type { TaskState } from '@securitybot/core';
import { type SqlBool, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { reading } from './reading.js';

/** Where an open task can stand. `unassigned`: the alert was seen, and is nobody's yet. */
export type OpenState = 'unassigned' | Exclude<TaskState, 'closed'>;

const NONE: Readonly<Record<OpenState, number>> = { unassigned: 0, waiting: 0, asking: 0, confirming: 0, proving: 0 };

/** Open tasks have no `closed_at`. */
export function selectOpenTasks({ db, engine }: SqlDatabase) {
  const isOpen = sql<SqlBool>`closed_at is null`;
  return (
    db
      .selectFrom('sb_tasks')
      .select(['state', sql<number>`count(*)`.as('tasks')])
      // SQLite knows averages only: once analysed, it would read the whole table.
      .where(engine === 'sqlite' ? sql<SqlBool>`unlikely(${isOpen})` : isOpen)
      .groupBy('state')
  );
}

/**
 * How many tasks are open, by state. One statement by index, which takes longer the more is open (about a second where
 * 100,000 are), whatever is closed. Throws a PluginError where the database does not answer.
 */
export async function countOpenTasks(database: SqlDatabase): Promise<Readonly<Record<OpenState, number>>> {
  const open = { ...NONE };
  for (const { state, tasks } of await reading('open tasks', selectOpenTasks(database).execute())) {
    const known = state ?? 'unassigned';
    if (Object.hasOwn(open, known)) open[known as OpenState] += tasks;
  }
  return open;
}

/** While leased, `due_at` is the lease's end. */
export function selectLongestDue({ db, nowMs }: SqlDatabase) {
  return db.selectNoFrom([
    nowMs().as('now'),
    (eb) =>
      eb
        .selectFrom('sb_conversations')
        .select((of) => of.fn.min('due_at').as('due'))
        .as('due'),
  ]);
}

/**
 * For how long the conversation that is due longest has waited for somebody to take it, in ms; 0 where none waits. One
 * statement by index, as quick as one can be. Throws a PluginError where the database does not answer.
 */
export async function readOverdueMs(database: SqlDatabase): Promise<number> {
  const { now, due } = await reading('what is due', selectLongestDue(database).executeTakeFirstOrThrow());
  return due === null ? 0 : Math.max(0, now - due);
}
