import { type Clock, PluginError } from '@securitybot/core';
import { within } from './clock.js';
import { OPENING, slackError } from './errors.js';
import { type Json, objectOf, textOf } from './json.js';

/**
 * What we need of a SocketModeClient (`@slack/socket-mode`). It must not reconnect by itself (`autoReconnectEnabled: false`): its
 * own way waits for five seconds each time, and rejects where nobody listens.
 */
export interface SlackSocket {
  start(): Promise<unknown>;
  disconnect(): Promise<unknown>;
  readonly websocket?: { isActive(): boolean } | undefined;
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  listeners(event: string): readonly unknown[];
  removeAllListeners(event?: string): unknown;
}

/** Something Slack hands over, to be acknowledged. `type`: `events_api`, `interactive`, else `unknown`. https://docs.slack.dev/apis/events-api/using-socket-mode */
export interface Envelope {
  readonly type: string;
  readonly body: Json;
  /** Rejects when the connection is gone; Slack then delivers again. */
  ack(response?: Json): Promise<void>;
}

/** A connection attempt that takes longer has failed, in ms: Slack says hello at once. */
const CONNECT_MS = 30_000;
/** How often an open connection is looked at, in ms. */
const LOOK_MS = 1000;
/** How long what is under way may take, in ms: Slack waits no longer for an acknowledgement. */
const QUIET_MS = 3000;
/** How long the end of a connection may take, in ms; twice, and before it as long for one that is being opened. */
const END_MS = 1000;

/** A connection that is opened again and again, by whoever keeps it. */
export interface Connection {
  /** Resolves when Slack has said hello. Throws a PluginError. */
  open(): Promise<void>;
  /** Resolves when it is closed, for whatever reason. */
  closed(): Promise<void>;
  /** Resolves when every envelope that came over it is dealt with, or soon. */
  quiet(): Promise<void>;
  /** Ends it. Resolves when it is closed, or soon. */
  end(): Promise<void>;
}

export interface ConnectionOptions {
  readonly clock: Clock;
  /** Resolves when it is dealt with; never rejects. */
  readonly onEnvelope: (envelope: Envelope) => Promise<void>;
  /** Slack is about to close the connection: `warning`, `refresh_requested`, `link_disabled`, … */
  readonly onDisconnect: (reason: string) => void;
  readonly onTrouble: (error: unknown) => void;
}

/** Events that are taken. The client calls its own listeners by an event's type, so no other may reach it as what it is. */
const EVENTS: ReadonlySet<unknown> = new Set(['message', 'app_home_opened', 'user_change', 'team_join']);

/** Whether the client can take this message. It breaks on an event that is missing, as in `app_rate_limited`. */
function isKnown({ type, payload }: Json): boolean {
  if (type === 'hello' || type === 'interactive') return true;
  return type === 'events_api' && EVENTS.has(objectOf(objectOf(payload).event).type);
}

function parse(data: unknown): Json {
  try {
    return typeof data === 'string' ? objectOf(JSON.parse(data)) : {};
  } catch {
    return {};
  }
}

export function createConnection(socket: SlackSocket, options: ConnectionOptions): Connection {
  const { clock, onEnvelope, onDisconnect, onTrouble } = options;
  const underWay = new Set<Promise<void>>();
  let isClosed = new AbortController();
  /** What comes now could not be acknowledged any more. */
  let isEnding = false;
  let starting: Promise<unknown> = Promise.resolve();

  async function call(listener: unknown, ...values: unknown[]): Promise<void> {
    try {
      if (typeof listener === 'function') await listener(...values);
    } catch (error) {
      onTrouble(error);
    }
  }

  /** Stands between the wire and the client: the promise of the client's own listener is nobody's, and its rejection would end the process. */
  function guard(): void {
    const own = socket.listeners('ws_message');
    socket.removeAllListeners('ws_message');
    socket.on('ws_message', (data: unknown, isBinary: unknown) => {
      const message = parse(data);
      if (message.type === 'disconnect') return onDisconnect(textOf(message.reason) ?? 'no reason given');
      const known = isKnown(message) ? data : JSON.stringify({ ...message, type: 'unknown' });
      for (const listener of own) void call(listener, known, isBinary);
    });
  }

  guard();
  socket.on('disconnected', () => isClosed.abort());
  socket.on('slack_event', (event: unknown) => {
    const { type, body, ack } = objectOf(event);
    if (typeof ack !== 'function' || isEnding) return;
    const session = isClosed.signal;
    const acknowledge = async (response?: Json): Promise<void> => {
      // Over another connection Slack would not know it.
      if (session.aborted) throw new Error('the connection it came over is closed');
      await ack(response);
    };
    const job = onEnvelope({ type: textOf(type) ?? '', body: objectOf(body), ack: acknowledge }).finally(() =>
      underWay.delete(job),
    );
    underWay.add(job);
  });

  /**
   * The client waits for its peer to close, who may be gone; asked twice, it waits no longer. Asked while it connects, it
   * forgets a timer that holds up the end of the process for half a minute: so it may connect first.
   */
  async function end(): Promise<void> {
    isEnding = true;
    await within(
      clock,
      END_MS,
      starting.catch(() => undefined),
    );
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const ending = Promise.resolve()
        .then(() => socket.disconnect())
        .catch(onTrouble);
      const ended = await within(
        clock,
        END_MS,
        ending.then(() => true),
      );
      if (ended) return;
    }
  }

  return {
    end,

    async quiet() {
      const end = clock.now() + QUIET_MS;
      while (underWay.size > 0 && clock.now() < end) {
        await within(clock, end - clock.now(), Promise.all(underWay));
      }
    },

    async open() {
      isClosed = new AbortController();
      isEnding = false;
      const started = socket.start().then(() => true);
      starting = started;
      try {
        if (await within(clock, CONNECT_MS, started)) return;
      } catch (error) {
        throw slackError(OPENING, error ?? new Error('the connection was closed before it was open'));
      }
      await end();
      throw new PluginError('UNAVAILABLE', `slack: no connection within ${CONNECT_MS} ms`);
    },

    async closed() {
      while (!isClosed.signal.aborted) {
        await clock.sleep(LOOK_MS, isClosed.signal);
        // Closing by itself, as a network that is gone takes half a minute to show.
        if (!isClosed.signal.aborted && socket.websocket?.isActive() === false)
          await end().then(() => isClosed.abort());
      }
    },
  };
}
