import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  type Alert,
  type Conversation,
  emptyConversation,
  type SeenAlert,
  type Task,
  type Tasker,
} from '@securitybot/core';

export const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An alert of that number, about `ann` unless told otherwise. Whole seconds: the seed's columns hold no more. */
export function sampleAlert(number: number, changes: Partial<Alert> = {}): Alert {
  return {
    id: createHash('sha256').update(`alert ${number}`).digest('hex'),
    username: 'ann',
    title: 'sudo',
    description: `sudo on web-${number}`,
    reason: 'sudo su -',
    url: 'https://splunk.example/1',
    eventTime: Date.UTC(2026, 0, 5, 8) + number * 1000,
    ...changes,
  };
}

/** A task about an alert, as the first save of it would have it. */
export function sampleTask(alert: SeenAlert, version: number, changes: Partial<Task> = {}): Task {
  return {
    alert,
    severity: alert.severity ?? 'medium',
    state: 'waiting',
    deadline: alert.seenAt + 2 * HOUR,
    pushes: 0,
    history: [{ at: alert.seenAt, what: 'seen' }],
    addedIn: version,
    changedIn: version,
    ...changes,
  };
}

/** Something to do at that time, which makes a conversation due then. */
export function dueAt(conversation: Conversation, at: number): Conversation {
  return { ...conversation, outbox: [{ type: 'home', key: `home ${at}`, notBefore: at, tries: 0 }] };
}

/** Saves somebody's conversation, so that it is due `inMs` from the store's now. @returns it as stored. */
export async function saveDue(tasker: Tasker, person: string, inMs = 0): Promise<Conversation> {
  const { now, conversation } = await tasker.load(person);
  const next = dueAt(conversation, now.getTime() + inMs);
  assert.equal(await tasker.save(next), true, `save refused a fresh conversation of "${person}"`);
  return { ...next, version: next.version + 1 };
}

/** Adds alerts and gives them as the store has seen them, in the same order. */
export async function seen(tasker: Tasker, ...alerts: readonly Alert[]): Promise<SeenAlert[]> {
  for (const alert of alerts) await tasker.add(alert);
  const { alerts: open } = await tasker.unassigned(1000);
  return alerts.map(({ id }) => {
    const alert = open.find((one) => one.id === id);
    assert.ok(alert, `unassigned does not hand out an alert that was added: ${id}`);
    return alert;
  });
}

/** Adds alerts and gives them to somebody's conversation. @returns it as stored. */
export async function assign(tasker: Tasker, person: string, ...alerts: readonly Alert[]): Promise<Conversation> {
  const known = await seen(tasker, ...alerts);
  const { conversation } = await tasker.load(person);
  const version = conversation.version + 1;
  const tasks = [...conversation.tasks, ...known.map((alert) => sampleTask(alert, version))];
  assert.equal(await tasker.save({ ...conversation, tasks }), true, `save refused new tasks of "${person}"`);
  return { ...conversation, version, tasks };
}

/** A conversation with something in every field; `text` wherever text of others may stand. */
export function fullConversation(person: string, alerts: readonly SeenAlert[], text: string): Conversation {
  const [first, ...rest] = alerts;
  assert.ok(first, 'a full conversation is about one alert at the least');
  const at = first.seenAt;
  return {
    ...emptyConversation(person),
    user: { name: text, username: 'ann', timeZone: 'Europe/Berlin' },
    tasks: [
      sampleTask(first, 1, {
        state: 'proving',
        severity: 'critical',
        answer: { said: 'yes', explanation: text, at: at + 1 },
        pushes: 1,
        history: [{ at, what: 'answered', detail: text }],
      }),
      ...rest.map((alert) => sampleTask(alert, 1)),
    ],
    questions: [
      {
        id: 'q1',
        number: 1,
        tasks: [first.id],
        state: 'proving',
        step: 3,
        ref: { id: text, sentAt: at },
        permission: 'granted',
        challenge: { id: 'c1', expiresAt: at + MINUTE, token: text },
        expiries: 0,
        wishMs: HOUR,
      },
    ],
    outbox: [
      {
        type: 'send',
        parts: [{ text }, { message: 'greeting', values: { name: text } }],
        key: 'k2',
        notBefore: at,
        tries: 0,
      },
      { type: 'check', question: 'q1', token: text, key: 'k1', notBefore: at, tries: 2, failingSince: at },
      {
        type: 'mute',
        entry: { username: 'ann', title: text, reason: text, until: at + HOUR },
        key: 'k3',
        notBefore: at,
        tries: 0,
      },
    ],
    events: ['E2', 'E1', text],
    answered: [{ id: 'q0', number: 9, tasks: [first.id], at }],
    pushes: [at, at + 1],
    talking: true,
    counter: 7,
  };
}
