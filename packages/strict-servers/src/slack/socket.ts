import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Journal } from './journal.js';
import type { Settings } from './settings.js';
import type { SlackConnection } from './types.js';

/** A Socket Mode connection of the app. */
export interface Connection extends SlackConnection {
  /** Told to go; gets nothing new where there is another. */
  readonly leaving: boolean;
  send(frame: unknown): void;
}

/** The Socket Mode side of the server. https://docs.slack.dev/apis/events-api/using-socket-mode */
export interface Socket {
  /** A single-use address for one more connection. */
  ticket(origin: string): string;
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /** The next in turn: each envelope goes to any one. */
  choose(fits?: (connection: Connection) => boolean): Connection | undefined;
  connections(): readonly Connection[];
  disconnect(reason: string, id?: string): void;
  /** Ends connections without a close frame. */
  drop(id?: string): void;
  freeze(): void;
  thaw(): void;
  close(): void;
}

export interface SocketEvents {
  opened(): void;
  received(connection: Connection, data: string | undefined): void;
  closed(connection: Connection): void;
}

/** How long before the end `warning` comes, in ms. */
const WARNING_MS = 10_000;

interface Line {
  readonly id: string;
  readonly socket: WebSocket;
  open: boolean;
  leaving: boolean;
  frozen: boolean;
  alive: boolean;
  envelopes: number;
  send(frame: unknown): void;
}

const asText = (data: RawData): string =>
  Buffer.isBuffer(data) ? data.toString() : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]).toString();

export function createSocket(settings: Settings, journal: Journal, events: SocketEvents): Socket {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, { used: boolean; readonly callOff: () => void }>();
  const lines: Line[] = [];
  let turn = 0;
  let count = 0;

  // A line that answers no ping is gone, whatever the network says.
  const pings = setInterval(() => {
    for (const line of lines) {
      if (line.frozen) continue;
      if (!line.alive) end(line);
      else line.socket.ping();
      line.alive = false;
    }
  }, settings.times.pingMs);
  pings.unref();

  const end = (line: Line) => {
    line.open = false;
    line.socket.terminate();
  };

  const each = (id: string | undefined, act: (line: Line) => void) => {
    const meant = lines.filter((line) => id === undefined || line.id === id);
    if (id !== undefined && meant.length === 0) {
      throw new Error(
        `There is no connection "${id}". Open are: ${lines.map((line) => line.id).join(', ') || 'none'}.`,
      );
    }
    meant.forEach(act);
  };

  const frame = (reason: string) => ({
    type: 'disconnect',
    reason,
    debug_info: { host: 'wss-strict.slack.test' },
  });

  const accept = (socket: WebSocket) => {
    count += 1;
    const line: Line = {
      id: `connection-${count}`,
      socket,
      open: true,
      leaving: false,
      frozen: false,
      alive: true,
      envelopes: 0,
      send(data) {
        // What is sent into a dead network is sent, and arrives nowhere.
        if (!line.frozen) socket.send(typeof data === 'string' ? data : JSON.stringify(data));
        line.envelopes += 1;
      },
    };
    socket.on('error', () => socket.terminate());
    if (lines.length >= settings.maxConnections) {
      journal.violate('too-many-connections', `${lines.length} are open, and another one was opened.`);
      socket.send(JSON.stringify(frame('too_many_websockets')));
      return socket.close();
    }
    lines.push(line);
    socket.on('pong', () => {
      line.alive = true;
    });
    socket.on('message', (data, isBinary) => {
      line.alive = true;
      events.received(line, isBinary ? undefined : asText(data));
    });
    socket.on('close', () => {
      line.open = false;
      const index = lines.indexOf(line);
      if (index >= 0) lines.splice(index, 1);
      events.closed(line);
      journal.changed();
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: lines.length,
        debug_info: { host: 'wss-strict.slack.test', build_number: 1, approximate_connection_time: 18_060 },
        connection_info: { app_id: settings.bot.appId },
      }),
    );
    events.opened();
    journal.changed();
  };

  const refuse = (stream: Duplex, why: string) => {
    journal.violate('bad-ticket', why);
    stream.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  };

  return {
    ticket(origin) {
      const id = randomUUID();
      tickets.set(id, { used: false, callOff: settings.schedule(() => tickets.delete(id), settings.times.ticketMs) });
      return `${origin.replace(/^http/u, 'ws')}/link/?ticket=${id}&app_id=${settings.bot.appId}`;
    },

    upgrade(request, stream, head) {
      stream.on('error', () => stream.destroy());
      const address = new URL(request.url ?? '/', 'ws://localhost');
      const ticket = tickets.get(address.searchParams.get('ticket') ?? '');
      if (address.pathname !== '/link/' || !ticket) {
        return refuse(stream, 'The address of a connection is unknown, or too old. Ask apps.connections.open for one.');
      }
      if (ticket.used) return refuse(stream, 'The address of a connection was used before. Ask for one each time.');
      ticket.used = true;
      ticket.callOff();
      server.handleUpgrade(request, stream, head, accept);
    },

    choose(fits = () => true) {
      const fitting = lines.filter((line) => line.open && fits(line));
      const staying = fitting.filter(({ leaving }) => !leaving);
      const candidates = staying.length > 0 ? staying : fitting;
      turn += 1;
      return candidates[turn % candidates.length];
    },

    connections: () => lines.filter(({ open }) => open),

    disconnect(reason, id) {
      each(id, (line) => {
        line.leaving = true;
        line.socket.send(JSON.stringify(frame(reason)));
        const leave = () => line.socket.close();
        if (reason !== 'warning') return leave();
        const callOff = settings.schedule(() => {
          if (line.open) line.socket.send(JSON.stringify(frame('refresh_requested')));
          leave();
        }, WARNING_MS);
        line.socket.on('close', callOff);
      });
    },

    drop: (id) => each(id, end),

    freeze() {
      for (const line of lines) {
        line.frozen = true;
        line.socket.pause();
      }
    },
    thaw() {
      for (const line of lines.filter(({ frozen }) => frozen)) {
        line.frozen = false;
        line.alive = true;
        line.socket.resume();
      }
    },

    close() {
      clearInterval(pings);
      for (const { callOff } of tickets.values()) callOff();
      for (const line of [...lines]) end(line);
      server.close();
    },
  };
}
