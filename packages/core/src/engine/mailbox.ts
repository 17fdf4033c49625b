import type { Conversation, ConversationEvent } from '../conversation/types.js';

/** Events handed to a worker, and whoever waits until they are saved. */
export interface Delivery {
  /** `at`: the store's time at which they are taken. */
  readonly events: (at: number) => readonly ConversationEvent[];
  /** They are saved; `undefined`: they are not taken here. */
  readonly taken: (saved: Conversation | undefined) => void;
  readonly failed: (error: unknown) => void;
}

/** Where other parts of this process hand a worker what has happened to its conversation: it shares the worker's next save. */
export interface Mailbox {
  /** @returns the saved conversation; `undefined` where these events are not taken here. Rejects as the save does. */
  hand(events: Delivery['events']): Promise<Conversation | undefined>;
  /** From now on it takes deliveries. `ring` is called for each. */
  open(ring: () => void): void;
  /** Gives what has come. */
  empty(): readonly Delivery[];
  /** From now on it takes nothing, and gives back what has come. */
  close(): void;
}

export function createMailbox(): Mailbox {
  let ring: (() => void) | undefined;
  let waiting: Delivery[] = [];
  function empty(): readonly Delivery[] {
    const all = waiting;
    waiting = [];
    return all;
  }
  return {
    empty,
    async hand(events) {
      if (!ring) return undefined;
      const call = ring;
      return new Promise((taken, failed) => {
        waiting.push({ events, taken, failed });
        call();
      });
    },
    open(call) {
      ring = call;
    },
    close() {
      ring = undefined;
      for (const { taken } of empty()) taken(undefined);
    },
  };
}
