import type { Task, Tasker } from '@securitybot/core';
import { alertOf, changed, taskOf } from './fixtures.js';

/** What a process does that dies in the middle of it. */
export const STEPS = {
  add: async (tasker: Tasker) => {
    await tasker.add(alertOf('new'));
  },
  /** One task is closed; two alerts are added, of which one was never seen. */
  save: async (tasker: Tasker) => {
    const { conversation } = await tasker.load('U1');
    const closed: Partial<Task> = {
      state: 'closed',
      answer: { said: 'no', explanation: 'not me', at: 1 },
      verdict: { kind: 'escalated', at: 1, cause: 'denied' },
    };
    const added = { addedIn: conversation.version + 1 };
    await tasker.save({
      ...conversation,
      tasks: [
        ...conversation.tasks.map((task) => changed(conversation, task, closed)),
        changed(conversation, taskOf('seen'), added),
        changed(conversation, taskOf('unseen'), added),
      ],
    });
  },
} satisfies Record<string, (tasker: Tasker) => Promise<void>>;

export type Step = keyof typeof STEPS;
