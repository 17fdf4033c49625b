import { type Clock, isPluginError, type PluginError } from '@securitybot/core';
import { within } from './clock.js';
import { type SlackLog, wordsOf } from './log.js';
import { type Connection, createConnection, type Envelope, type SlackSocket } from './socket.js';

/** After a failure, in ms: doubled up to the longest, and half of it left to chance. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A connection that lasted longer was a good one, in ms. */
const GOOD_MS = 10_000;
/** Without any connection for longer, the log is told, in ms. */
const WORTH_TELLING_MS = 5000;
/** A connection that Slack is about to close waits for another to be open, in ms at the most: Slack warns ten seconds ahead. */
const REFRESH_MS = 5000;

export interface Connections {
  /**
   * Keeps every connection open from now on. Resolves when one is, or when none can be for now, which is logged. Throws a
   * PluginError when Slack refuses us for good.
   */
  start(): Promise<void>;
  /** Ends all of them. */
  stop(): Promise<void>;
}

export interface ConnectionsOptions {
  readonly sockets: readonly SlackSocket[];
  readonly clock: Clock;
  readonly log: SlackLog;
  readonly onEnvelope: (envelope: Envelope) => Promise<void>;
}

const isForGood = (error: unknown): error is PluginError =>
  isPluginError(error) && (error.code === 'BAD_CREDENTIALS' || error.code === 'REJECTED');

export function createConnections({ sockets, clock, log, onEnvelope }: ConnectionsOptions): Connections {
  const stopping = new AbortController();
  /** What is open; opened again, a connection has another session. */
  const open = new Map<Connection, symbol>();
  const connections = sockets.map((socket) => connectionOf(socket));
  let keeping: readonly Promise<void>[] = [];
  let refreshing = Promise.resolve();
  /** Aborted when a connection opens. */
  let opened = new AbortController();
  let downSince: number | undefined;
  let isTold = false;
  let lastTrouble = '';

  function connectionOf(socket: SlackSocket): Connection {
    const connection: Connection = createConnection(socket, {
      clock,
      onEnvelope,
      onDisconnect: (reason) => {
        if (reason === 'link_disabled')
          log('error', 'slack: Socket Mode was switched off. Switch it on in the settings of the app.');
        if (reason === 'too_many_websockets')
          log('warn', 'slack: the app has too many connections. Slack allows ten, over all replicas.');
        refreshing = refreshing.then(() => refresh(connection)).catch(() => undefined);
      },
      onTrouble: (error) => log('warn', `slack: ${wordsOf(error)}; it was skipped`),
    });
    return connection;
  }

  /** One at a time, and only when another is open, so that there is always somebody to deliver to. */
  async function refresh(connection: Connection): Promise<void> {
    const end = clock.now() + REFRESH_MS;
    const session = open.get(connection);
    const isAlone = () => open.has(connection) && open.size === 1 && connections.length > 1;
    while (isAlone() && clock.now() < end && !stopping.signal.aborted) {
      await clock.sleep(end - clock.now(), AbortSignal.any([opened.signal, stopping.signal]));
    }
    // What came over it can be acknowledged over nothing else.
    await connection.quiet();
    if (open.get(connection) === session) await connection.end();
  }

  function up(connection: Connection): void {
    open.set(connection, Symbol());
    opened.abort();
    opened = new AbortController();
    if (isTold && downSince !== undefined) {
      log('info', `slack: connected again after ${Math.round((clock.now() - downSince) / 1000)} s`);
    }
    downSince = undefined;
    isTold = false;
  }

  async function down(): Promise<void> {
    if (open.size > 0 || downSince !== undefined) return;
    downSince = clock.now();
    await clock.sleep(WORTH_TELLING_MS, AbortSignal.any([opened.signal, stopping.signal]));
    if (open.size > 0 || stopping.signal.aborted) return;
    isTold = true;
    const why = lastTrouble === '' ? '' : ` (${lastTrouble})`;
    log('error', `slack: no connection: nobody's answers arrive${why}. Trying again.`);
  }

  function pauseAfter(failures: number, error: unknown): number {
    if (failures === 0) return 0;
    const backOff = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    const told = isPluginError(error) ? (error.retryAfterMs ?? 0) : 0;
    return Math.max(backOff * (0.5 + Math.random() / 2), told);
  }

  /** Opens a connection again and again. `tell` hears of the first attempt. */
  async function keep(connection: Connection, tell: (error?: unknown) => void): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      let trouble: unknown;
      const began = clock.now();
      try {
        await connection.open();
        up(connection);
        tell();
        if (stopping.signal.aborted) await connection.end();
        await connection.closed();
        failures = clock.now() - began > GOOD_MS ? 0 : failures + 1;
      } catch (error) {
        trouble = error;
        failures += 1;
        lastTrouble = wordsOf(error);
        tell(error);
      }
      open.delete(connection);
      void down();
      await clock.sleep(pauseAfter(failures, trouble), stopping.signal);
    }
    tell(); // stopped before it was begun
  }

  return {
    async start() {
      const first = connections.map((connection) => {
        const { promise: told, resolve, reject } = Promise.withResolvers<void>();
        told.catch(() => undefined); // one that is open is enough
        return { told, kept: keep(connection, (error) => (error === undefined ? resolve() : reject(error))) };
      });
      keeping = first.map(({ kept }) => kept);
      try {
        await Promise.any(first.map(({ told }) => told));
      } catch (error) {
        const all = error instanceof AggregateError ? error.errors : [error];
        const refused = all.find(isForGood);
        if (!refused) return;
        throw refused;
      }
    },

    async stop() {
      stopping.abort();
      await Promise.all(connections.map((connection) => connection.end()));
      await within(clock, REFRESH_MS, Promise.all(keeping));
    },
  };
}
