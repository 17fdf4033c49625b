import type { Alert, Conversation, Tasker } from '@securitybot/core';
import type { SeedRecord } from '../../memory/store.js';
import type { AnyHarness } from '../rule.js';

/** A tasker under test, and what else must be played. */
export interface TaskerHarness extends AnyHarness {
  readonly tasker: Tasker;
  /** Another instance on the same store, as another process would have it. Two of them are two processes. */
  other(): Tasker | Promise<Tasker>;
  /** The store's clock goes on by so many ms; never by waiting. */
  advance(ms: number): void | Promise<void>;
  /** Writes an alert as far as a writer comes that dies between its statements. */
  insertHalf?(alert: Alert): void | Promise<void>;
  /** What other tools read: the seed's rows of an alert; undefined while there are none. */
  record?(id: string): (SeedRecord | undefined) | Promise<SeedRecord | undefined>;
  /** An instance whose store cannot be reached. */
  unreachable?(): Tasker | Promise<Tasker>;
}

/** The conversation with its tasks by id: the contract does not say in which order they are loaded. */
export function byId(conversation: Conversation): Conversation {
  const tasks = [...conversation.tasks].sort((a, b) => (a.alert.id < b.alert.id ? -1 : 1));
  return { ...conversation, tasks };
}

/** What a conversation is after it was saved. */
export const saved = (next: Conversation): Conversation => byId({ ...next, version: next.version + 1 });
