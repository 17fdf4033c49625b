import type { Clock } from '@securitybot/core';
import type { Api } from './api.js';
import { createBackoff } from './backoff.js';
import { wordsOf, type ZulipLog } from './log.js';

/** Marked at once, at the most. */
const MOST = 500;
/** The last try, when there is no more time, in ms. */
const LAST_MS = 5000;

/**
 * Marks messages as read: that is the acknowledgement, and Zulip keeps it. What has none is found unread by the next process, or
 * by this one when its queue was lost.
 */
export interface Acknowledger {
  /** It was taken. */
  add(id: number): void;
  /** Whether it was taken, and Zulip does not know yet. */
  has(id: number): boolean;
  /** Resolves when Zulip knows, or after a stop was told once more. */
  idle(): Promise<void>;
}

export function createAcknowledger(api: Api, clock: Clock, log: ZulipLog, stopping: AbortSignal): Acknowledger {
  const waiting = new Set<number>();
  const backoff = createBackoff(clock, stopping);
  let running: Promise<void> | undefined;

  /** https://zulip.com/api/update-message-flags */
  async function mark(): Promise<void> {
    const messages = [...waiting].slice(0, MOST);
    const options = { about: `${messages.length} read`, first: true, timeoutMs: LAST_MS };
    await api.call('POST', '/messages/flags', { messages, op: 'add', flag: 'read' }, options);
    for (const id of messages) waiting.delete(id);
    backoff.reset();
  }

  async function markAll(): Promise<void> {
    while (waiting.size > 0) {
      try {
        await mark();
      } catch (error) {
        log('warn', `zulip: messages that were taken cannot be marked as read just now: ${wordsOf(error)}`);
        if (stopping.aborted) return; // the next process finds them unread, and the engine knows them
        await backoff.pause(error);
      }
    }
  }

  return {
    add(id) {
      waiting.add(id);
      running ??= markAll().finally(() => {
        running = undefined;
      });
    },
    has: (id) => waiting.has(id),
    async idle() {
      while (running) await running;
    },
  };
}
