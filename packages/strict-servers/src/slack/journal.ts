import type { SlackCall, SlackDelivery, SlackViolation } from './types.js';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What has happened, and who waits for something to happen. */
export interface Journal {
  readonly calls: Mutable<SlackCall>[];
  readonly violations: SlackViolation[];
  readonly deliveries: Mutable<SlackDelivery>[];
  violate(rule: SlackViolation['rule'], detail: string): void;
  /** Something happened: in a channel, on a Home tab, or in general. */
  changed(topic?: string): void;
  /**
   * Resolves with the first result that is not `undefined`. It is looked for now, and whenever something happens: to the
   * topic, or, without one, to anything. Rejects with what `failed` says after so many ms of real time.
   */
  waitFor<T>(find: () => T | undefined, failed: () => string, timeoutMs: number, topic?: string): Promise<T>;
  /** Those who wait still are told so. */
  close(): void;
}

interface Waiter {
  look(): void;
  giveUp(): void;
}

const ANYTHING = '';

export function createJournal(now: () => number): Journal {
  const calls: Mutable<SlackCall>[] = [];
  const violations: SlackViolation[] = [];
  const deliveries: Mutable<SlackDelivery>[] = [];
  const waiters = new Map<string, Set<Waiter>>();

  const look = (topic: string) => {
    for (const waiter of [...(waiters.get(topic) ?? [])]) waiter.look();
  };
  const changed = (topic?: string) => {
    if (topic !== undefined) look(topic);
    look(ANYTHING);
  };

  return {
    calls,
    violations,
    deliveries,
    changed,
    violate(rule, detail) {
      violations.push({ at: now(), rule, detail });
      changed();
    },
    waitFor: (find, failed, timeoutMs, topic = ANYTHING) =>
      new Promise((resolve, reject) => {
        const found = find();
        if (found !== undefined) return resolve(found);
        const set = waiters.get(topic) ?? new Set();
        waiters.set(topic, set);
        const leave = () => {
          clearTimeout(timer);
          set.delete(waiter);
          if (set.size === 0) waiters.delete(topic);
        };
        const waiter: Waiter = {
          look() {
            try {
              const found = find();
              if (found === undefined) return;
              leave();
              resolve(found);
            } catch (error) {
              leave();
              reject(error);
            }
          },
          giveUp() {
            leave();
            reject(new Error(failed()));
          },
        };
        const timer = setTimeout(waiter.giveUp, timeoutMs);
        set.add(waiter);
      }),
    close() {
      for (const set of [...waiters.values()]) for (const waiter of [...set]) waiter.giveUp();
    },
  };
}
