import type { ZulipFaults } from './types-faults.js';
import type {
  ZulipChannel,
  ZulipChannelDetails,
  ZulipMessage,
  ZulipPerson,
  ZulipPersonDetails,
} from './types-people.js';

/** How long things last, in ms. */
export interface ZulipTimes {
  /** How long a poll waits for an event before it gets a heartbeat. By default 50,000. */
  readonly heartbeatMs: number;
  /** How long an event queue lives that nobody polls. By default 600,000. https://zulip.com/api/register-queue */
  readonly queueMs: number;
  /** How long a message can be edited. By default 600,000; `Number.POSITIVE_INFINITY`: always. */
  readonly editMs: number;
  /** How long `awaits` and `until` wait for what must happen; always of real time. By default 5,000. */
  readonly patienceMs: number;
}

export interface ZulipServerOptions {
  /** By default any free one. The server listens on 127.0.0.1 only. */
  readonly port?: number;
  /** HTTPS, with a certificate of an authority of its own: see `ca`. By default HTTP. */
  readonly tls?: boolean;
  /** The bot's. By default made up. */
  readonly email?: string;
  readonly apiKey?: string;
  /** 1: generic; 2: incoming webhook, which the API does not serve; `null`: the account is a person's. By default 1. */
  readonly botType?: 1 | 2 | null;
  /** Calls in any minute. By default 200; `false`: as many as one likes. https://zulip.com/api/rest-error-handling */
  readonly limit?: number | false;
  /** Of a message, in code points. What is longer is cut. By default 10,000. */
  readonly maxMessageLength?: number;
  /** By default 421, as Zulip 11 has it. */
  readonly featureLevel?: number;
  readonly times?: Partial<ZulipTimes>;
  /** Dates messages and measures the limit: ms since the epoch, UTC. By default `Date.now`. */
  readonly now?: () => number;
  /** Measures the times above: calls back after so many ms, and gives what calls it off. By default real time. */
  readonly schedule?: (callback: () => void, ms: number) => () => void;
}

/** One call of the API, in the order in which they came. */
export interface ZulipCall {
  /** Ms since the epoch, UTC, by the option `now`. */
  readonly at: number;
  /** Method and path without ids, such as `PATCH /messages/{message_id}`. */
  readonly endpoint: string;
  /** Decoded; ids of the path among them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** HTTP status of the answer; 0 until it is sent, and where none ever is. */
  readonly status: number;
  /** Zulip's `code` of an error, such as `BAD_EVENT_QUEUE_ID`. */
  readonly code?: string;
}

/** What the client under test did that Zulip refuses, or that loses something. A test can hold the list empty. */
export interface ZulipViolation {
  /** Ms since the epoch, UTC, by the option `now`. */
  readonly at: number;
  readonly rule: /** `Authorization` is missing, or is not `Basic base64(email:key)`. */
    | 'bad-authorization'
    /** There is no such path, or not for that method. */
    | 'unknown-endpoint'
    /** Parameters that are missing, that the endpoint does not have, or that it refuses. */
    | 'bad-parameter'
    /** A body that is no form. */
    | 'bad-content-type'
    /** No `User-Agent`. https://zulip.com/api/http-headers */
    | 'no-user-agent'
    /** A call before the time that `Retry-After` gave. */
    | 'ignored-retry-after'
    /** Events acknowledged that the queue never had, or asked for that were acknowledged before. */
    | 'bad-event-id'
    /** A second poll of one queue, which ends the first. */
    | 'two-polls'
    /** A message that was too long, and lost its end. */
    | 'truncated'
    /** A message that the bot sent, and that stands among its own unread ones. */
    | 'own-message-unread';
  /** The endpoint it is about, and what is wrong. Never a key. */
  readonly detail: string;
}

/** What is looked for: words, a pattern, or whatever fits. */
export type ZulipWanted = string | RegExp | ((message: ZulipMessage) => boolean);

export interface ZulipAwaitOptions {
  /** Only messages later than this one. */
  readonly after?: { readonly id: number };
  /** In ms of real time; by default `times.patienceMs`. */
  readonly timeoutMs?: number;
}

/** A Zulip organization with one bot in it: its REST API, its event queues, and what its people see and do. */
export interface ZulipServer {
  /** The organization's address: what ZULIP_URL should be. */
  readonly url: string;
  readonly port: number;
  /** The bot's: what ZULIP_EMAIL and ZULIP_API_KEY should be. */
  readonly email: string;
  readonly apiKey: string;
  /** The bot's user id. */
  readonly botId: number;
  /** With `tls`: PEM of the CA that signed the server's certificate. */
  readonly ca: string | undefined;

  /** A name alone will do: Ann of `ann@example.com`, a member. Throws an Error for an address that is taken. */
  addPerson(details: ZulipPersonDetails | string): ZulipPerson;
  /** By id, e-mail address, or the part of it before the `@`. Throws an Error where there is nobody. */
  person(key: number | string): ZulipPerson;
  /** A name alone will do: a public channel. */
  addChannel(details: ZulipChannelDetails | string): ZulipChannel;
  /** By id or name. Throws an Error where there is none. */
  channel(key: number | string): ZulipChannel;

  /** Every call so far, also those that failed. */
  readonly calls: readonly ZulipCall[];
  /** Those of one endpoint, such as `POST /messages`, but for those that were limited. */
  callsOf(endpoint: string): readonly ZulipCall[];
  readonly violations: readonly ZulipViolation[];
  /** Event queues that live. */
  queues(): number;
  /** Polls that wait for an event. */
  polls(): number;
  /** Direct messages from others that the bot has not marked as read. */
  unread(): number;
  /** Resolves when it holds; asked again whenever anything happens here. Rejects with `what` after a while. */
  until(holds: () => boolean, what: string, options?: { readonly timeoutMs?: number }): Promise<void>;

  readonly faults: ZulipFaults;
  /** Ends it: connections, timers, port. May be called twice. */
  close(): Promise<void>;
}
