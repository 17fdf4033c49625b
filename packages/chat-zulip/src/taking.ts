import type { InboundEvent } from '@securitybot/core';
import type { Acknowledger } from './acknowledge.js';
import type { Heard } from './inbound.js';
import { wordsOf, type ZulipLog } from './log.js';

export type Receive = (event: InboundEvent) => Promise<void>;

/** Hands on what came: of each person one message after the other, and each once while it is under way. */
export interface Taking {
  take(heard: Heard): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export interface TakingOptions {
  readonly receive: Receive;
  readonly acknowledger: Acknowledger;
  /** A message was not taken, and stays unread. */
  readonly onRefused: () => void;
  readonly log: ZulipLog;
  readonly stopping: AbortSignal;
}

export function createTaking({ receive, acknowledger, onRefused, log, stopping }: TakingOptions): Taking {
  const underWay = new Map<number, Promise<void>>();
  const lasts = new Map<string, Promise<void>>();

  async function handOn(id: number, event: InboundEvent): Promise<void> {
    if (stopping.aborted) return; // it stays unread, for another process or the next
    try {
      await receive(event);
      acknowledger.add(id);
    } catch (error) {
      log('warn', `zulip: message ${id} was not taken, stays unread, and is tried again: ${wordsOf(error)}`);
      onRefused();
    }
  }

  return {
    take({ id, event }) {
      if (stopping.aborted || underWay.has(id) || acknowledger.has(id)) return;
      if (!event) return acknowledger.add(id);
      const { user } = event;
      const job = (lasts.get(user) ?? Promise.resolve())
        .then(() => handOn(id, event))
        .finally(() => {
          underWay.delete(id);
          if (lasts.get(user) === job) lasts.delete(user);
        });
      underWay.set(id, job);
      lasts.set(user, job);
    },
    async idle() {
      await Promise.all(underWay.values());
    },
  };
}
