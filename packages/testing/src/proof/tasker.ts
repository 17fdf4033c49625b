import { type Alert, type Conversation, cleanText, type Tasker } from '@securitybot/core';
import { createClock, turns } from '../clock.js';
import { createMemoryStore } from '../memory/store.js';
import { createMemoryTasker } from '../memory/tasker.js';
import type { TaskerHarness } from '../suites/tasker/harness.js';
import type { Broken } from './broken.js';

type Store = ReturnType<typeof createMemoryStore>;

export function taskerHarness(changes: (store: Store) => Partial<TaskerHarness> = () => ({})): TaskerHarness {
  const clock = createClock();
  const store = createMemoryStore({ clock });
  return {
    tasker: createMemoryTasker({ store }),
    other: () => createMemoryTasker({ store }),
    advance: clock.advance,
    insertHalf: store.insertHalf,
    record: store.record,
    unreachable() {
      store.failNext(Number.POSITIVE_INFINITY, 'UNAVAILABLE');
      return createMemoryTasker({ store });
    },
    ...changes(store),
  };
}

/** A harness whose taskers all have the same mistake; `inner` works. */
function broken(mistake: (inner: Tasker, store: Store) => Partial<Tasker>): TaskerHarness {
  return taskerHarness((store) => {
    const create = () => {
      const inner = createMemoryTasker({ store });
      return { ...inner, ...mistake(inner, store) };
    };
    return { patienceMs: 100, tasker: create(), other: create };
  });
}

export const brokenTaskers: readonly Broken<TaskerHarness>[] = [
  {
    mistake: 'the last write wins: `save` does not compare versions',
    caughtBy: 'save of an older version is refused, and writes nothing',
    create: () =>
      broken((inner) => ({
        async save(next, lease) {
          const { conversation } = await inner.load(next.person);
          return inner.save({ ...next, version: conversation.version }, lease);
        },
      })),
  },
  {
    mistake: 'keeps its memory in the process',
    caughtBy: 'what is saved is what is loaded, one version on, in any process and whatever is written in it',
    create: () => taskerHarness(() => ({ other: () => createMemoryTasker({ clock: createClock() }) })),
  },
  {
    mistake: '`save` ignores the lease',
    caughtBy: 'save with a lease that has run out is refused, and writes nothing',
    create: () => broken((inner) => ({ save: (next) => inner.save(next) })),
  },
  {
    mistake: 'an answer ends the lease of whoever is at work',
    caughtBy: 'save without a lease leaves that of somebody else as it is',
    create: () =>
      taskerHarness((store) => {
        const leases = new Map<string, string>();
        const create = (): Tasker => {
          const inner = createMemoryTasker({ store });
          return {
            ...inner,
            async claim(request) {
              const result = await inner.claim(request);
              for (const { conversation, lease } of result.claimed) leases.set(conversation.person, lease);
              return result;
            },
            async save(next, lease) {
              const id = leases.get(next.person);
              if (lease || id === undefined) return inner.save(next, lease);
              leases.delete(next.person);
              return inner.save(next, { id });
            },
          };
        };
        return { tasker: create(), other: create };
      }),
  },
  {
    mistake: 'takes the milliseconds of a lease for microseconds',
    caughtBy: 'a conversation under a lease goes to nobody else until the lease has run out',
    create: () =>
      broken((inner) => ({ claim: ({ leaseMs, limit }) => inner.claim({ leaseMs: leaseMs / 1000, limit }) })),
  },
  {
    mistake: 'forgets the stamp: each look is the first',
    caughtBy: 'an alert is stamped when it is first seen, and keeps that stamp',
    create: () =>
      broken((inner) => ({
        async unassigned(limit) {
          const { now, crowd, alerts } = await inner.unassigned(limit);
          return { now, crowd, alerts: alerts.map((alert) => ({ ...alert, seenAt: now.getTime() })) };
        },
      })),
  },
  {
    mistake: 'counts new alerts instead of logins',
    caughtBy: 'the crowd is how many logins had alerts first seen within the last minute, assigned ones too',
    create: () =>
      broken((inner) => ({
        async unassigned(limit) {
          const { now, alerts } = await inner.unassigned(limit);
          return { now, crowd: alerts.length, alerts };
        },
      })),
  },
  {
    mistake: 'says true whenever an alert is added',
    caughtBy: 'of many who add the same alert at once, exactly one is told that it is new',
    create: () => broken((inner) => ({ add: async (alert) => (await inner.add(alert)) || true })),
  },
  {
    mistake: 'shows alerts that are written by half',
    caughtBy: 'a half-written alert is invisible until somebody adds it, which counts as new',
    create: () => taskerHarness((store) => ({ insertHalf: (alert) => void store.insertAlert(alert) })),
  },
  {
    mistake: 'lets a conversation take the alert of another',
    caughtBy: 'save with a new task that belongs to a conversation already is refused, and writes nothing',
    create: () =>
      broken((inner) => ({
        save: (next, lease) =>
          inner.save({ ...next, tasks: next.tasks.map((task) => ({ ...task, addedIn: 0 })) }, lease),
      })),
  },
  {
    mistake: 'wakes for effects only, not for deadlines',
    caughtBy: 'a conversation is due at the first of its times: effects, deadlines of tasks and questions, challenges',
    create: () =>
      broken((inner) => ({
        async claim(request) {
          const { now, claimed } = await inner.claim(request);
          const due = ({ conversation }: { conversation: Conversation }) =>
            conversation.outbox.some(({ notBefore }) => notBefore <= now.getTime());
          return { now, claimed: claimed.filter(due) };
        },
      })),
  },
  {
    mistake: 'reads the conversation and its tasks one after the other, outside of a transaction',
    caughtBy: 'somebody who loads while others save never sees half of a save',
    create: () =>
      broken((inner) => ({
        async load(person) {
          const { now, conversation } = await inner.load(person);
          await turns(1);
          const later = await inner.load(person);
          return { now, conversation: { ...conversation, tasks: later.conversation.tasks } };
        },
      })),
  },
  {
    mistake: 'compares keys of people without regard to case',
    caughtBy: 'people whose keys differ only by case, accents or blanks are different people',
    create: () =>
      broken((inner) => ({
        load: (person) => inner.load(person.toLowerCase()),
        save: (next, lease) => inner.save({ ...next, person: next.person.toLowerCase() }, lease),
      })),
  },
  {
    mistake: 'cleans what it stores, as if it were to be shown',
    caughtBy: 'what is saved is what is loaded, one version on, in any process and whatever is written in it',
    create: () =>
      broken((inner) => ({
        save: (next, lease) => inner.save(JSON.parse(cleanText(JSON.stringify(next))) as Conversation, lease),
      })),
  },
  {
    mistake: 'forgets a task that its conversation no longer lists',
    caughtBy: 'a task that is no longer listed is not loaded, and stays stored',
    create: () =>
      taskerHarness((store) => ({
        record(id) {
          const row = store.record(id);
          const lists = ({ tasks }: Conversation) => tasks.some(({ alert }) => alert.id === id);
          return row?.status === 0 || store.conversations().some(lists) ? row : undefined;
        },
      })),
  },
  {
    mistake: 'throws whatever its driver throws',
    caughtBy: 'a store that cannot be reached is a PluginError, UNAVAILABLE or BAD_CREDENTIALS',
    create: () =>
      taskerHarness((store) => ({
        unreachable() {
          const refused = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:3306'));
          return {
            ...createMemoryTasker({ store }),
            add: refused,
            unassigned: refused,
            claim: refused,
            load: refused,
            save: refused,
          };
        },
      })),
  },
  {
    mistake: 'an alert that is added again replaces the first',
    caughtBy: 'add changes nothing of a known alert',
    create: () => {
      const latest = new Map<string, Alert>();
      return broken((inner) => ({
        add(alert) {
          latest.set(alert.id, alert);
          return inner.add(alert);
        },
        async unassigned(limit) {
          const { now, crowd, alerts } = await inner.unassigned(limit);
          return { now, crowd, alerts: alerts.map((alert) => ({ ...alert, ...latest.get(alert.id) })) };
        },
      }));
    },
  },
  {
    mistake: 'loses without a word what its columns cannot hold',
    caughtBy: 'an alert that no column can hold is cut or REJECTED, and the next one is taken',
    create: () =>
      broken((inner) => ({
        async add(alert) {
          const { title, description, username, url } = alert;
          const fits = [title, description, username, url].every(({ length }) => length <= 511);
          return fits && alert.reason.length < 2 ** 16 ? inner.add(alert) : true;
        },
      })),
  },
  {
    mistake: 'hands out alerts in the order in which they came in',
    caughtBy: 'unassigned hands out the oldest first, and no more than asked for',
    create: () => {
      const arrived: string[] = [];
      return broken((inner) => ({
        add(alert) {
          arrived.push(alert.id);
          return inner.add(alert);
        },
        async unassigned(limit) {
          const { now, crowd, alerts } = await inner.unassigned(1000);
          const sorted = alerts.toSorted((a, b) => arrived.indexOf(a.id) - arrived.indexOf(b.id));
          return { now, crowd, alerts: sorted.slice(0, limit) };
        },
      }));
    },
  },
  {
    mistake: 'takes an alert for new when no conversation lists it any more',
    caughtBy: 'an alert that a conversation has is not handed out, closed or no longer listed neither',
    create: () =>
      broken((inner, store) => ({
        async unassigned(limit) {
          const { now, crowd, alerts } = await inner.unassigned(limit);
          const listed = new Set(store.conversations().flatMap(({ tasks }) => tasks.map((task) => task.alert.id)));
          const dropped = store.tasks().map((task) => task.alert);
          return { now, crowd, alerts: [...alerts, ...dropped.filter(({ id }) => !listed.has(id))] };
        },
      })),
  },
  {
    mistake: 'wakes for the deadlines of closed tasks',
    caughtBy: 'tasks that are closed make nothing due',
    create: () =>
      broken((inner, store) => ({
        async claim(request) {
          const { now, claimed } = await inner.claim(request);
          const over = store
            .conversations()
            .filter(({ tasks }) => tasks.some((task) => task.state === 'closed' && task.deadline <= now.getTime()));
          return { now, claimed: [...claimed, ...over.map((conversation) => ({ conversation, lease: 'over' }))] };
        },
      })),
  },
  {
    mistake: 'takes every confirmation for a proven one',
    caughtBy: 'the rows that other tools read follow from the task: status, comment, performed, authenticated',
    create: () =>
      taskerHarness((store) => ({
        record(id) {
          const row = store.record(id);
          return row && { ...row, authenticated: row.performed };
        },
      })),
  },
];
