import { randomUUID } from 'node:crypto';
import type { Bell } from '../bell.js';
import { failure, refusal } from './failure.js';
import { isDirect, type Message, type Messages } from './messages.js';
import type { ZulipTimes, ZulipViolation } from './types.js';

interface Queued {
  readonly id: number;
  readonly type: string;
}

interface Queue {
  readonly id: string;
  /** Absent: all. */
  readonly eventTypes: readonly string[] | undefined;
  readonly directOnly: boolean;
  readonly applyMarkdown: boolean;
  events: Queued[];
  nextId: number;
  /** The newest event that was acknowledged. */
  pruned: number;
  /** Ends the poll that is open. */
  hangUp: AbortController | undefined;
  /** Calls off its end. */
  keep: () => void;
}

/** Event queues: what stands in them until it is acknowledged. https://zulip.com/api/get-events */
export interface Queues {
  register(options: Pick<Queue, 'eventTypes' | 'directOnly' | 'applyMarkdown'>): { id: string; lastEventId: number };
  /** Throws a Refusal where there is no such queue. */
  remove(id: string): void;
  /** Resolves with events, after a while with a heartbeat; `undefined`: there is nobody to tell any more. */
  poll(
    id: string,
    last: number,
    options: { block: boolean; gone: AbortSignal },
  ): Promise<readonly Queued[] | undefined>;
  /** A message that the bot gets. */
  announce(message: Message): void;
  push(event: Readonly<Record<string, unknown>>): void;
  count(): number;
  polls(): number;
  expire(): void;
  dropPolls(): void;
}

export interface QueuesOptions {
  readonly times: ZulipTimes;
  readonly schedule: (callback: () => void, ms: number) => () => void;
  readonly bell: Bell;
  readonly messages: Messages;
  readonly violate: (rule: ZulipViolation['rule'], detail: string) => void;
}

export function createQueues({ times, schedule, bell, messages, violate }: QueuesOptions): Queues {
  const queues = new Map<string, Queue>();

  function access(id: string): Queue {
    const queue = queues.get(id);
    if (queue) return queue;
    throw failure(`Bad event queue ID: ${id}`, { code: 'BAD_EVENT_QUEUE_ID', data: { queue_id: id } });
  }

  function end(queue: Queue): void {
    queue.keep();
    queues.delete(queue.id);
    queue.hangUp?.abort();
    bell.ring();
  }

  function add(queue: Queue, event: Readonly<Record<string, unknown>>): void {
    const type = String(event.type);
    if (queue.eventTypes && !queue.eventTypes.includes(type) && type !== 'heartbeat') return;
    queue.events.push({ ...event, type, id: queue.nextId });
    queue.nextId += 1;
  }

  /** Throws a Refusal where these were acknowledged before, or never were there. */
  function acknowledge(queue: Queue, last: number): void {
    const wrong = (what: string) => refusal('bad-event-id', `GET /events: ${what}`, failure(what));
    if (last < queue.pruned) throw wrong(`An event newer than ${last} has already been pruned!`);
    for (const { id } of queue.events) if (id <= last) queue.pruned = id;
    queue.events = queue.events.filter(({ id }) => id > last);
    if (last !== queue.pruned) throw wrong(`Event ${last} was not in this queue`);
  }

  return {
    register(options) {
      const queue: Queue = {
        ...options,
        id: randomUUID(),
        events: [],
        nextId: 0,
        pruned: -1,
        hangUp: undefined,
        keep: () => {},
      };
      queue.keep = schedule(() => end(queue), times.queueMs);
      queues.set(queue.id, queue);
      bell.ring();
      return { id: queue.id, lastEventId: -1 };
    },
    remove: (id) => end(access(id)),

    async poll(id, last, { block, gone }) {
      const queue = access(id);
      acknowledge(queue, last);
      if (queue.hangUp) {
        violate('two-polls', 'GET /events: another poll of the same queue was open, and ends');
        queue.hangUp.abort();
      }
      queue.keep();
      if (block && queue.events.length === 0) {
        const hangUp = new AbortController();
        queue.hangUp = hangUp;
        const callOff = schedule(() => {
          add(queue, { type: 'heartbeat' });
          bell.ring();
        }, times.heartbeatMs);
        const waiting = bell.wait(() => queue.events.length > 0, AbortSignal.any([hangUp.signal, gone]));
        bell.ring();
        await waiting;
        callOff();
        if (queue.hangUp === hangUp) queue.hangUp = undefined;
        if (hangUp.signal.aborted) return undefined;
      }
      queue.keep = schedule(() => end(queue), times.queueMs);
      bell.ring();
      return [...queue.events];
    },

    announce(message) {
      for (const queue of queues.values()) {
        if (queue.directOnly && !isDirect(message)) continue;
        add(queue, {
          type: 'message',
          flags: message.readByBot ? ['read'] : [],
          message: messages.object(message, queue.applyMarkdown),
        });
      }
      bell.ring();
    },
    push(event) {
      for (const queue of queues.values()) add(queue, event);
      bell.ring();
    },
    count: () => queues.size,
    polls: () => [...queues.values()].filter(({ hangUp }) => hangUp).length,
    expire() {
      for (const queue of [...queues.values()]) end(queue);
    },
    dropPolls() {
      for (const { hangUp } of queues.values()) hangUp?.abort();
    },
  };
}
