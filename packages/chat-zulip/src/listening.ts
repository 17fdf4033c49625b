import { type Clock, PluginError } from '@securitybot/core';
import type { Api } from './api.js';
import { createBackoff } from './backoff.js';
import { codeOf } from './errors.js';
import { type Json, listOf, numberOf, objectOf, textOf } from './json.js';
import { wordsOf, type ZulipLog } from './log.js';

/** A poll that takes longer is dead, where the server does not say how long one may take, in ms. */
const POLL_MS = 90_000;
/** A line that is down for longer is worth telling, in ms. */
const WORTH_TELLING_MS = 5000;
/** To take leave of a queue, in ms. */
const LEAVE_MS = 5000;

interface Queue {
  readonly id: string;
  readonly pollMs: number;
  /** The newest event that came. */
  last: number;
}

export interface ListeningOptions {
  readonly api: Api;
  readonly clock: Clock;
  /** There is a queue: what came before it is in none. */
  readonly onRegistered: (body: Json) => Promise<void>;
  readonly onMessage: (raw: unknown) => void;
  readonly log: ZulipLog;
  readonly stopping: AbortSignal;
}

/** Polls an event queue, and registers another one when it is gone, until it is told to stop. */
export async function listen({ api, clock, onRegistered, onMessage, log, stopping }: ListeningOptions): Promise<void> {
  const backoff = createBackoff(clock, stopping);
  let downSince: number | undefined;
  let isTold = false;

  function wentWell(): void {
    if (isTold) log('info', 'zulip: connected again');
    downSince = undefined;
    isTold = false;
    backoff.reset();
  }

  async function wentWrong(error: unknown): Promise<void> {
    downSince ??= clock.now();
    if (!isTold && clock.now() - downSince >= WORTH_TELLING_MS) {
      isTold = true;
      log(
        'warn',
        `zulip: nothing that people type arrives, for ${WORTH_TELLING_MS / 1000} s and more: ${wordsOf(error)}`,
      );
    }
    await backoff.pause(error);
  }

  /** https://zulip.com/api/register-queue */
  async function register(): Promise<Queue> {
    const parameters = {
      event_types: ['message'],
      fetch_event_types: ['realm'],
      narrow: [['is', 'dm']],
      apply_markdown: false,
    };
    const { body } = await api.call('POST', '/register', parameters, { first: true, signal: stopping });
    const id = textOf(body.queue_id);
    const last = body.last_event_id;
    if (id === undefined || typeof last !== 'number') {
      throw new PluginError('UNAVAILABLE', 'zulip: POST /register did not say which queue it is');
    }
    const seconds = numberOf(body.event_queue_longpoll_timeout_seconds);
    await onRegistered(body);
    return { id, last, pollMs: seconds === undefined ? POLL_MS : seconds * 1000 };
  }

  /** https://zulip.com/api/get-events. By the next poll these events are acknowledged, which says nothing of their messages. */
  async function poll(queue: Queue): Promise<void> {
    const { id, last, pollMs } = queue;
    const asked = { queue_id: id, last_event_id: last };
    const { body } = await api.call('GET', '/events', asked, { first: true, timeoutMs: pollMs, signal: stopping });
    if (!Array.isArray(body.events)) throw new PluginError('UNAVAILABLE', 'zulip: GET /events told of no events');
    for (const event of listOf(body.events).map(objectOf)) {
      queue.last = Math.max(queue.last, numberOf(event.id) ?? queue.last);
      if (event.type === 'message') onMessage(event.message);
    }
  }

  /** What Zulip refuses about a queue will be refused again: another one is needed. */
  function isLost(error: unknown): boolean {
    return codeOf(error) === 'BAD_EVENT_QUEUE_ID' || (error instanceof PluginError && error.code === 'REJECTED');
  }

  async function leave({ id }: Queue): Promise<void> {
    await api.call('DELETE', '/events', { queue_id: id }, { first: true, timeoutMs: LEAVE_MS }).catch(() => {}); // it ends by itself
  }

  let queue: Queue | undefined;
  while (!stopping.aborted) {
    try {
      if (queue) await poll(queue);
      else queue = await register();
      wentWell();
    } catch (error) {
      if (stopping.aborted) break;
      const isExpired = codeOf(error) === 'BAD_EVENT_QUEUE_ID';
      if (queue && isLost(error)) queue = undefined;
      if (isExpired) log('info', 'zulip: the event queue has expired; another one is registered');
      else await wentWrong(error);
    }
  }
  if (queue) await leave(queue);
}
