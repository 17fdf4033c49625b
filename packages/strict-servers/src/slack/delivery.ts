import { randomUUID } from 'node:crypto';
import type { Journal, Mutable } from './journal.js';
import type { Settings } from './settings.js';
import type { Connection, Socket } from './socket.js';
import type { SlackDelivery } from './types.js';

/** Events and presses on their way to the app. */
export interface Delivery {
  /** Resolves when it is acknowledged, rejects when it is given up after its last delivery. */
  event(eventId: string, what: string, payload: unknown): Promise<void>;
  /** Resolves with what came with the acknowledgement, rejects with what the person sees when none came in time. */
  interaction(what: string, payload: unknown, acceptsPayload: boolean): Promise<unknown>;
  /** An envelope as it is; nobody waits for its acknowledgement. */
  raw(type: string, payload: unknown): void;
  redeliver(eventId: string | undefined, times: number, to: 'same' | 'other' | 'any'): void;
  hold(): void;
  resume(): void;
  received(connection: Connection, data: string | undefined): void;
  closed(connection: Connection): void;
  unacknowledged(): number;
  close(): void;
}

/** What the person sees of an app that does not answer. */
const TROUBLE = 'We had some trouble connecting. Try again?';
const CLOSED = 'The Slack server was closed before the app acknowledged this.';

interface EventItem {
  readonly eventId: string;
  readonly what: string;
  readonly payload: unknown;
  attempt: number;
  settled: boolean;
  connection: string | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Sent {
  readonly connection: Connection;
  readonly record: Mutable<SlackDelivery>;
  readonly acceptsPayload: boolean;
  readonly callOff: () => void;
  readonly acknowledged: (payload: unknown) => void;
  /** No acknowledgement came: not in time, or the connection is gone. */
  readonly failed: (reason: string) => void;
}

export function createDelivery(settings: Settings, journal: Journal, socket: Socket): Delivery {
  /** Every envelope that was sent; acknowledgements that come too late are told from those of nothing. */
  const envelopes = new Map<string, Sent>();
  const events = new Map<string, EventItem>();
  const timers = new Set<() => void>();
  let held: (() => void)[] | undefined;
  let last: EventItem | undefined;
  let open = 0;
  let closed = false;

  const later = (act: () => void, ms: number): (() => void) => {
    const stop = settings.schedule(() => {
      timers.delete(callOff);
      act();
    }, ms);
    const callOff = () => {
      timers.delete(callOff);
      stop();
    };
    timers.add(callOff);
    return callOff;
  };

  const whenReleased = (act: () => void) => {
    if (held) held.push(act);
    else act();
  };

  /** Sends one envelope to one connection. */
  const send = (
    connection: Connection,
    envelope: {
      readonly type: string;
      readonly what: string;
      readonly payload: unknown;
      readonly acceptsPayload: boolean;
      readonly eventId?: string;
      readonly retry?: { readonly attempt: number; readonly reason: string };
    },
    then: Pick<Sent, 'acknowledged' | 'failed'>,
  ) => {
    const { type, what, payload, acceptsPayload, eventId, retry } = envelope;
    const envelopeId = randomUUID();
    const record: Mutable<SlackDelivery> = {
      envelopeId,
      type,
      what,
      retryAttempt: retry?.attempt ?? 0,
      connection: connection.id,
      sentAt: settings.now(),
      state: 'sent',
      ...(eventId !== undefined && { eventId }),
    };
    const failed = (reason: string) => {
      if (record.state !== 'sent') return;
      record.state = 'unanswered';
      then.failed(reason);
      journal.changed();
    };
    journal.deliveries.push(record);
    const callOff = later(() => failed('timeout'), settings.times.acknowledgeMs);
    envelopes.set(envelopeId, { connection, record, acceptsPayload, callOff, acknowledged: then.acknowledged, failed });
    connection.send({
      envelope_id: envelopeId,
      payload,
      type,
      accepts_response_payload: acceptsPayload,
      ...(retry && { retry_attempt: retry.attempt, retry_reason: retry.reason }),
    });
    journal.changed();
  };

  const settle = (item: EventItem) => {
    if (item.settled) return false;
    item.settled = true;
    open -= 1;
    return true;
  };

  const deliver = (item: EventItem, reason: string, fits?: (connection: Connection) => boolean) => {
    const connection = socket.choose(fits);
    if (!connection) return failEvent(item, 'connection_failed');
    item.connection = connection.id;
    const { eventId, what, payload, attempt } = item;
    send(
      connection,
      { type: 'events_api', what, payload, acceptsPayload: false, eventId, retry: { attempt, reason } },
      {
        acknowledged() {
          if (settle(item)) item.resolve();
        },
        failed: (why) => failEvent(item, why),
      },
    );
  };

  // At once, after a minute, after five: https://docs.slack.dev/apis/events-api#retries. Events that come while no
  // connection is open are delivered by the same retries: https://github.com/vercel/chat/issues/666
  const failEvent = (item: EventItem, reason: string) => {
    if (item.settled || closed) return;
    const wait = settings.times.retryMs[item.attempt];
    if (wait !== undefined) {
      item.attempt += 1;
      later(() => whenReleased(() => item.settled || deliver(item, reason)), wait);
      return;
    }
    settle(item);
    const detail = `The event ${item.eventId} (${item.what}) was not acknowledged in ${item.attempt + 1} deliveries (${reason}).`;
    journal.violate('lost-event', detail);
    item.reject(new Error(`${detail} Slack gives it up.`));
  };

  const acknowledge = (connection: Connection, id: string, payload: unknown) => {
    const sent = envelopes.get(id);
    if (sent?.connection !== connection) {
      return journal.violate('unknown-envelope', `${connection.id} acknowledged "${id}", which it has not got.`);
    }
    const { record, acceptsPayload } = sent;
    if (record.state !== 'sent') {
      const how = record.state === 'unanswered' ? 'too late' : 'once more';
      if (record.state === 'unanswered') record.state = 'late';
      return journal.violate(
        'late-acknowledgement',
        `The ${record.what} of ${record.connection} was acknowledged ${how}.`,
      );
    }
    const given = payload !== null && typeof payload === 'object' && Object.keys(payload).length > 0;
    if (given && !acceptsPayload) {
      journal.violate('unexpected-payload', `The acknowledgement of a ${record.what} has a payload, and may not.`);
    }
    record.state = 'acknowledged';
    sent.callOff();
    sent.acknowledged(given ? payload : undefined);
    journal.changed();
  };

  return {
    event: (eventId, what, payload) =>
      new Promise((resolve, reject) => {
        const item = { eventId, what, payload, attempt: 0, settled: false, connection: undefined, resolve, reject };
        events.set(eventId, item);
        last = item;
        open += 1;
        whenReleased(() => deliver(item, ''));
      }),

    interaction: (what, payload, acceptsPayload) =>
      new Promise((resolve, reject) => {
        open += 1;
        // A press is never delivered again: https://docs.slack.dev/interactivity/handling-user-interaction
        const failed = (reason: string) => {
          open -= 1;
          reject(new Error(closed ? CLOSED : TROUBLE));
          if (closed) return;
          journal.violate(
            'lost-interaction',
            `A ${what} was not acknowledged (${reason}), and the person saw an error.`,
          );
        };
        const acknowledged = (answer: unknown) => {
          open -= 1;
          resolve(answer);
        };
        whenReleased(() => {
          const connection = socket.choose();
          if (!connection) return failed('connection_failed');
          send(connection, { type: 'interactive', what, payload, acceptsPayload }, { acknowledged, failed });
        });
      }),

    raw(type, payload) {
      const connection = socket.choose();
      if (!connection) throw new Error('No connection is open to send that envelope to. Start the app first.');
      const envelope = { type, what: 'raw', payload, acceptsPayload: false, retry: { attempt: 0, reason: '' } };
      send(connection, envelope, { acknowledged: () => {}, failed: () => {} });
    },

    redeliver(eventId, times, to) {
      const item = eventId === undefined ? last : events.get(eventId);
      if (!item) throw new Error(`There is no event ${eventId ?? ''} to deliver again.`);
      const { connection: had } = item;
      for (let count = 0; count < times; count += 1) {
        const fits = ({ id }: Connection) => to === 'any' || (id === had) === (to === 'same');
        const connection = socket.choose(fits);
        if (!connection) {
          throw new Error(
            `No ${to === 'other' ? 'other connection' : 'connection'} is open to deliver ${item.eventId} again.`,
          );
        }
        const { what, payload, attempt } = item;
        const retry = { attempt: attempt + count + 1, reason: 'timeout' };
        send(
          connection,
          { type: 'events_api', what, payload, acceptsPayload: false, eventId: item.eventId, retry },
          {
            acknowledged() {
              if (settle(item)) item.resolve();
            },
            failed: () => {},
          },
        );
      }
    },

    hold() {
      held ??= [];
    },
    resume() {
      const waiting = held ?? [];
      held = undefined;
      for (const act of waiting) act();
    },

    received(connection, data) {
      try {
        const frame: unknown = data === undefined ? undefined : JSON.parse(data);
        if (frame && typeof frame === 'object' && 'envelope_id' in frame && typeof frame.envelope_id === 'string') {
          return acknowledge(connection, frame.envelope_id, 'payload' in frame ? frame.payload : undefined);
        }
      } catch {
        // Said below: it is no acknowledgement.
      }
      journal.violate(
        'malformed-frame',
        `${connection.id} sent ${data === undefined ? 'a binary frame' : data.slice(0, 100)}`,
      );
    },

    closed(connection) {
      for (const sent of envelopes.values()) {
        if (sent.connection !== connection || sent.record.state !== 'sent') continue;
        sent.callOff();
        sent.failed('connection_failed');
      }
    },

    unacknowledged: () => open,
    close() {
      closed = true;
      for (const callOff of [...timers]) callOff();
      for (const sent of envelopes.values()) sent.failed('closed');
      for (const item of events.values()) if (settle(item)) item.reject(new Error(CLOSED));
    },
  };
}
