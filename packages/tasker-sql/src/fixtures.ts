import { createHash } from 'node:crypto';
import type { Alert, Conversation, SeenAlert, Task } from '@securitybot/core';

/** What the tests say alerts, tasks and conversations are, where they say nothing else. */

export const idOf = (name: string): string => createHash('sha256').update(name).digest('hex');

export function alertOf(name: string, more: Partial<Alert> = {}): Alert {
  return {
    id: idOf(name),
    username: 'ann',
    title: 'sudo',
    description: `a description of ${name}`,
    reason: `a reason of ${name}`,
    url: `https://siem.example/${name}`,
    eventTime: Date.UTC(2026, 10, 24, 9, 30),
    ...more,
  };
}

export function taskOf(name: string, more: Partial<Task> = {}): Task {
  const alert: SeenAlert = { ...alertOf(name), seenAt: Date.UTC(2026, 10, 24, 10) };
  return {
    alert,
    severity: 'medium',
    state: 'asking',
    deadline: Date.UTC(2026, 10, 24, 12),
    pushes: 0,
    history: [{ at: alert.seenAt, what: 'seen' }],
    addedIn: 1,
    changedIn: 1,
    ...more,
  };
}

/** Changed by the next save, as core marks it. */
export function changed(conversation: Conversation, task: Task, more: Partial<Task>): Task {
  return { ...task, ...more, changedIn: conversation.version + 1 };
}

/** What a conversation waits for: something to send, at that time. */
export function waking(notBefore: number): Pick<Conversation, 'outbox'> {
  return { outbox: [{ type: 'send', parts: [{ text: 'hello' }], key: 'k1', notBefore, tries: 0 }] };
}
