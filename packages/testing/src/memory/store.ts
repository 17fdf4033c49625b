import {
  type Alert,
  type Conversation,
  emptyConversation,
  recordOf,
  type SaveLease,
  type SeenAlert,
  type Task,
  type TaskRecord,
  wakeAt,
} from '@securitybot/core';
import type { Clock } from '../clock.js';
import { createLine, type Line, type Provider } from './line.js';

const CROWD_MS = 60_000;

/** The seed's rows of an alert, in its words: status 0 while nobody has it. */
export type SeedRecord = Omit<TaskRecord, 'status'> & { readonly status: 0 | 1 | 2 };

/** What stands behind memory taskers, as a database would; every tasker on it is a replica. */
export interface MemoryStore extends Provider {
  /** What a writer leaves that dies between its statements: invisible until somebody adds the alert. */
  insertHalf(alert: Alert): void;
  /** The seed's rows of that alert; undefined while it is not whole. */
  record(id: string): SeedRecord | undefined;
  /** All tasks, also those that their conversations no longer list. */
  tasks(): readonly Task[];
  /** All conversations. */
  conversations(): readonly Conversation[];
}

/** The statements that the memory tasker is made of: each is done at once or not at all. */
export interface Tables {
  readonly line: Line;
  /** The store's clock. */
  now(): Date;
  insertAlert(alert: Alert): boolean;
  unassigned(limit: number): { readonly crowd: number; readonly alerts: readonly SeenAlert[] };
  claim(leaseMs: number, limit: number): readonly { readonly conversation: Conversation; readonly lease: string }[];
  load(person: string): Conversation;
  save(next: Conversation, lease?: SaveLease): boolean;
}

// Rows hold text, so that nothing is shared by reference with anybody.
interface AlertRow {
  readonly alert: string;
  whole: boolean;
  seenAt?: number;
}
interface TaskRow {
  readonly person: string;
  readonly task: string;
}
interface ConversationRow {
  readonly version: number;
  readonly data: string;
  readonly tasks: readonly string[];
  readonly wakeAt: number | undefined;
  readonly lease?: { readonly id: string; readonly until: number };
}

const parse = <T>(text: string): T => JSON.parse(text) as T;

/** A store in memory. Hand it to several taskers to have several replicas; to a new one to restart. */
export function createMemoryStore({ clock }: { readonly clock: Pick<Clock, 'now'> }): MemoryStore & Tables {
  const line = createLine('memory tasker', clock.now);
  const alerts = new Map<string, AlertRow>();
  const tasks = new Map<string, TaskRow>();
  const conversations = new Map<string, ConversationRow>();
  let leases = 0;

  const taskOf = (id: string): Task[] => {
    const row = tasks.get(id);
    return row ? [parse<Task>(row.task)] : [];
  };
  const read = (person: string): Conversation => {
    const row = conversations.get(person);
    if (!row) return emptyConversation(person);
    return { ...parse<Conversation>(row.data), version: row.version, tasks: row.tasks.flatMap(taskOf) };
  };
  const held = (row: ConversationRow, now: number) => row.lease !== undefined && row.lease.until > now;

  return {
    ...line,
    line,
    now: () => new Date(clock.now()),
    insertHalf(alert) {
      if (!alerts.has(alert.id)) alerts.set(alert.id, { alert: JSON.stringify(alert), whole: false });
    },
    record(id) {
      const [task] = taskOf(id);
      if (task) return recordOf(task);
      return alerts.get(id)?.whole ? { status: 0, comment: '', performed: false, authenticated: false } : undefined;
    },
    tasks: () => [...tasks.keys()].flatMap(taskOf),
    conversations: () => [...conversations.keys()].map(read),

    insertAlert(alert) {
      const row = alerts.get(alert.id);
      if (row?.whole) return false;
      if (row) row.whole = true;
      else alerts.set(alert.id, { alert: JSON.stringify(alert), whole: true });
      return true;
    },

    unassigned(limit) {
      const now = clock.now();
      const open = [...alerts]
        .filter(([id, { whole }]) => whole && !tasks.has(id))
        .map(([, row]) => ({ row, alert: parse<Alert>(row.alert) }))
        .sort(
          (a, b) =>
            (a.row.seenAt ?? Number.POSITIVE_INFINITY) - (b.row.seenAt ?? Number.POSITIVE_INFINITY) ||
            a.alert.eventTime - b.alert.eventTime ||
            (a.alert.id < b.alert.id ? -1 : 1),
        )
        .slice(0, limit)
        .map(({ row, alert }) => {
          row.seenAt ??= now;
          return { ...alert, seenAt: row.seenAt };
        });
      const lately = [...alerts.values()].filter(({ seenAt }) => seenAt !== undefined && seenAt > now - CROWD_MS);
      return { crowd: new Set(lately.map((row) => parse<Alert>(row.alert).username)).size, alerts: open };
    },

    claim(leaseMs, limit) {
      const now = clock.now();
      return [...conversations]
        .filter(([, row]) => row.wakeAt !== undefined && row.wakeAt <= now && !held(row, now))
        .sort(([, a], [, b]) => (a.wakeAt ?? 0) - (b.wakeAt ?? 0))
        .slice(0, limit)
        .map(([person, row]) => {
          leases += 1;
          const lease = `lease ${leases}`;
          conversations.set(person, { ...row, lease: { id: lease, until: now + leaseMs } });
          return { conversation: read(person), lease };
        });
    },

    load: read,

    save(next, lease) {
      const now = clock.now();
      const row = conversations.get(next.person);
      if ((row?.version ?? 0) !== next.version) return false;
      const holder = row && held(row, now) ? row.lease?.id : undefined;
      if (lease && holder !== (lease.begins ? undefined : lease.id)) return false;
      if (next.tasks.some((task) => task.addedIn > next.version && tasks.has(task.alert.id))) return false;

      for (const task of next.tasks) {
        if (task.changedIn <= next.version) continue;
        tasks.set(task.alert.id, { person: next.person, task: JSON.stringify(task) });
      }
      const { tasks: listed, ...rest } = next;
      const kept = lease ? lease.keepMs !== undefined && { id: lease.id, until: now + lease.keepMs } : row?.lease;
      conversations.set(next.person, {
        version: next.version + 1,
        data: JSON.stringify(rest),
        tasks: listed.map((task) => task.alert.id),
        wakeAt: wakeAt(next),
        ...(kept && { lease: kept }),
      });
      return true;
    },
  };
}
