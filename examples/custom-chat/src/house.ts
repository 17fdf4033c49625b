import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Somebody in the house. Only the id stays what it is. */
export interface HousePerson {
  readonly id: string;
  readonly login: string;
  readonly firstName: string;
  readonly email: string;
  readonly active: boolean;
}

/** What somebody typed to the bot. `number` counts deliveries: the same event delivered again has another. */
export interface HouseEvent {
  readonly number: number;
  readonly id: string;
  /** Absent: typed at the terminal in the hall, where nobody is signed in. */
  readonly user?: string;
  readonly text: string;
  /** ms since the epoch, UTC. */
  readonly sentAt: number;
}

/** A message that the house has taken. */
export interface HouseMessage {
  readonly id: string;
  /** ms since the epoch, UTC. */
  readonly sentAt: number;
  /** A person's id, or a room's name. */
  readonly to: string;
  readonly text: string;
}

/** What an answer is, and with which status: 200 unless said. */
type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly body: unknown };

/** The chat of the house, in memory: an API for the bot, and what its people do and read. */
export interface House {
  /** Opens the API at another address; a closed one is how a process is cut off. */
  open(port?: number): Promise<{ readonly url: string; close(): void }>;
  readonly token: string;
  add(person: HousePerson): void;
  /** Somebody types to the bot; without a user, somebody in the hall. */
  say(user: string | undefined, text: string): void;
  /** What the bot wrote to somebody, or to a room, oldest first. */
  read(to: string): readonly HouseMessage[];
  /** Delivers what nobody has acknowledged again; a real house does that after a while. */
  redeliver(): void;
  unacknowledged(): number;
  /** Answers everything with this status, until it is undefined. */
  refuse(status: number | undefined): void;
}

const refusal = (status: number, body: string): Answer => ({ status, body });

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text === '' ? {} : JSON.parse(text);
}

export function createHouse(rooms: readonly string[], onMessage: (message: HouseMessage) => void = () => {}): House {
  const token = 'the-token-of-the-bot';
  const people = new Map<string, HousePerson>();
  const messages = new Map<string, HouseMessage>();
  const open = new Map<string, HouseEvent>();
  const waiting = new Set<() => void>();
  let deliveries = 0;
  let events = 0;
  let refused: number | undefined;

  function deliver(event: Omit<HouseEvent, 'number'>): void {
    deliveries += 1;
    open.delete(event.id);
    open.set(event.id, { ...event, number: deliveries });
    for (const wake of waiting) wake();
  }

  /** Waits for an event for as long as the connection is open. */
  async function eventsAfter(number: number, request: IncomingMessage): Promise<readonly HouseEvent[]> {
    for (;;) {
      const found = [...open.values()].filter((event) => event.number > number);
      if (found.length > 0 || request.destroyed) return found;
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
        request.once('close', resolve);
      });
    }
  }

  function post({ to, key, text }: { to?: { user?: string; room?: string }; key?: string; text?: string }): Answer {
    const where = to?.user ?? to?.room ?? '';
    const isThere = to?.user === undefined ? rooms.includes(where) : people.get(where)?.active === true;
    if (!isThere) return refusal(404, `nobody reads at ${JSON.stringify(to)}`);
    if (!key || text === undefined || text.length > 4_000) return refusal(400, 'a key, and a text of at most 4000');
    const known = messages.get(`${where} ${key}`);
    const message = known ?? { id: `M${messages.size + 1}`, sentAt: Date.now(), to: where, text };
    if (!known) onMessage(message);
    messages.set(`${where} ${key}`, message);
    return { body: message };
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://house');
    if (request.headers.authorization !== `Bearer ${token}`) return refusal(401, 'not a token of ours');
    if (refused) return { ...refusal(refused, 'as the test ordered'), headers: { 'retry-after': '1' } };
    switch (`${request.method} ${pathname}`) {
      case 'GET /me':
        return { body: { bot: true } };
      case 'GET /events':
        return { body: await eventsAfter(Number(searchParams.get('after')), request) };
      case 'POST /acknowledged':
        open.delete(((await bodyOf(request)) as { id: string }).id);
        return { body: {} };
      case 'GET /people': {
        const [id, login, email] = ['id', 'username', 'email'].map((name) => searchParams.get(name));
        return {
          body: [...people.values()].filter((one) => one.id === id || one.login === login || one.email === email),
        };
      }
      case 'POST /messages':
        return post((await bodyOf(request)) as Parameters<typeof post>[0]);
      default:
        return refusal(404, `there is no ${request.method} ${pathname}`);
    }
  }

  function listen(): Server {
    return createServer(async (request, response) => {
      const { status = 200, headers, body } = await answer(request);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
  }

  return {
    token,
    async open(port = 0) {
      const server = listen().listen(port, '127.0.0.1');
      await once(server, 'listening');
      return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close() {
          server.close();
          server.closeAllConnections();
        },
      };
    },
    add: (person) => void people.set(person.id, person),
    say(user, text) {
      events += 1;
      deliver({ id: `E${events}`, ...(user !== undefined && { user }), text, sentAt: Date.now() });
    },
    read: (to) => [...messages.values()].filter((message) => message.to === to),
    redeliver: () => [...open.values()].forEach(deliver),
    unacknowledged: () => open.size,
    refuse(status) {
      refused = status;
    },
  };
}
