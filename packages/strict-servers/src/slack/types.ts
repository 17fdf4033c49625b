import type { SlackFaults } from './types-faults.js';
import type { SlackMessage, SlackPerson, SlackPersonDetails } from './types-people.js';

/**
 * How much Slack lets through. Calls beyond are answered with 429 and `Retry-After`.
 * https://docs.slack.dev/apis/web-api/rate-limits
 */
export interface SlackLimits {
  /** Calls of one method in any minute, by its tier. By default 1, 20, 50 and 100. */
  readonly tiers: readonly [number, number, number, number];
  /** Calls of one method in any minute, where it differs from its tier, such as `{ 'users.list': 5 }`. */
  readonly methods: Readonly<Record<string, number>>;
  /** Messages a second to one channel. By default 1. */
  readonly channelPerSecond: number;
  /** Messages that one channel takes at once after a rest. By default 3: "short bursts". */
  readonly channelBurst: number;
  /** Messages in any minute to the whole workspace. By default unlimited: Slack does not publish it. */
  readonly workspacePerMinute: number;
}

/** How long things last, in ms. */
export interface SlackTimes {
  /** Until an envelope must be acknowledged. By default 3,000. */
  readonly acknowledgeMs: number;
  /** Until an event without acknowledgement is delivered again, one number a try. By default 0, 60,000 and 300,000. */
  readonly retryMs: readonly number[];
  /** How long a `trigger_id` opens a dialog. By default 3,000. */
  readonly triggerMs: number;
  /** How long the address from `apps.connections.open` can be used, once. By default 30,000. */
  readonly ticketMs: number;
  /** Between pings to each connection; always of real time. By default 10,000. */
  readonly pingMs: number;
  /** How long `awaits` and `until` wait unless told otherwise; always of real time. By default 5,000. */
  readonly patienceMs: number;
}

export interface SlackTeam {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** The Enterprise Grid organisation it belongs to: its people then have ids that start with `W`. */
  readonly enterpriseId?: string;
}

export interface SlackServerOptions {
  /** By default any free one. The server listens on 127.0.0.1 only. */
  readonly port?: number;
  readonly team?: Partial<SlackTeam>;
  /** Scopes of the bot token. By default those that a Securitybot needs, see `LEAST_SCOPES`. */
  readonly scopes?: readonly string[];
  /** Scopes of the app-level token. By default `connections:write`. */
  readonly appScopes?: readonly string[];
  /** The bot events that the app has subscribed to. By default `message.im`, `user_change`, `team_join`, `app_home_opened`. */
  readonly events?: readonly string[];
  /** Whether interactivity is on; off, a press ends with an error on the person's screen. By default on. */
  readonly interactivity?: boolean;
  /** Whether Socket Mode is on; off, `apps.connections.open` fails. By default on. */
  readonly socketMode?: boolean;
  /** Whether the app has a Home tab; without, `views.publish` fails with `not_enabled`. By default on. */
  readonly homeTab?: boolean;
  /** Connections at once. By default 10. */
  readonly maxConnections?: number;
  /** `false`: no limits, but those that `faults` orders. */
  readonly limits?: Partial<SlackLimits> | false;
  readonly times?: Partial<SlackTimes>;
  /** Dates messages and events, and measures the limits: ms since the epoch, UTC. By default `Date.now`. */
  readonly now?: () => number;
  /** Measures the times above: calls back after so many ms, and gives what calls it off. By default real time. */
  readonly schedule?: (callback: () => void, ms: number) => () => void;
}

/** One call of the Web API, in the order in which they came. */
export interface SlackCall {
  /** Ms since the epoch, UTC, by the option `now`. */
  readonly at: number;
  /** Such as `chat.postMessage`. */
  readonly method: string;
  /** Decoded, JSON values parsed; a token is left out. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Which token came with it. `unknown`: one that the server never gave out. */
  readonly token: 'bot' | 'app' | 'none' | 'unknown';
  /** HTTP status of the answer; 0 until it is sent, and where none ever is. */
  readonly status: number;
  /** The answer's `ok`. */
  readonly ok: boolean;
  /** The answer's `error`, such as `channel_not_found`. */
  readonly error?: string;
}

/** What the app under test did that Slack forbids, warns of, or that loses something. A test can hold the list empty. */
export interface SlackViolation {
  /** Ms since the epoch, UTC, by the option `now`. */
  readonly at: number;
  readonly rule: /** An envelope was acknowledged after its time, or twice. */
    | 'late-acknowledgement'
    /** An acknowledgement named no envelope that this connection had got. */
    | 'unknown-envelope'
    /** A frame that is no acknowledgement: no JSON, binary, or without `envelope_id`. */
    | 'malformed-frame'
    /** A payload came with an acknowledgement that accepts none. */
    | 'unexpected-payload'
    /** An interactive envelope was not acknowledged in time: the person saw an error. */
    | 'lost-interaction'
    /** An event was given up after its last delivery. */
    | 'lost-event'
    /** The address of a connection was used twice, too late, or made up. */
    | 'bad-ticket'
    /** More connections than Slack allows. */
    | 'too-many-connections'
    /** `chat.postMessage` without `text`: notifications and screen readers have nothing to say. */
    | 'missing-text'
    /** `unfurl_links: false` or `unfurl_media: false` is missing: links of others would be previewed. */
    | 'unfurling'
    /** More than 4,000 characters in `text`, which Slack advises against. */
    | 'long-text'
    /** A call that Slack refuses for its shape or size, such as `invalid_blocks`, `msg_too_long`, `invalid_arguments`. */
    | 'refused-arguments'
    /** A call without the scope it needs. */
    | 'missing-scope'
    /** A call before the time that `Retry-After` gave, of the same method or channel; not what was under way just then. */
    | 'ignored-retry-after'
    /** A trigger that was used before, is too old, or was made up. */
    | 'bad-trigger'
    /** `users.list` without `limit`, or any list with a `limit` of more than 1,000. */
    | 'unpaginated';
  /** The method, envelope or message it is about, and what is wrong with it. Never a token. */
  readonly detail: string;
}

/** One envelope's way to the app. An event that is delivered again has one of these for each try. */
export interface SlackDelivery {
  readonly envelopeId: string;
  /** The envelope's: `events_api`, `interactive`. */
  readonly type: string;
  /** Of an event; the same for each delivery. */
  readonly eventId?: string;
  /** The event's type, such as `message`, or the payload's, such as `block_actions`. */
  readonly what: string;
  /** 0 for the first. */
  readonly retryAttempt: number;
  /** The connection's id. */
  readonly connection: string;
  /** Ms since the epoch, UTC, by the option `now`. */
  readonly sentAt: number;
  readonly state: 'sent' | 'acknowledged' | 'late' | 'unanswered';
}

/** A Socket Mode connection of the app. */
export interface SlackConnection {
  readonly id: string;
  readonly open: boolean;
  /** How many envelopes it has got. */
  readonly envelopes: number;
}

export interface SlackChannelDetails {
  /** Without `#`. */
  readonly name: string;
  readonly private?: boolean;
  readonly archived?: boolean;
  /** By default true. */
  readonly botIsMember?: boolean;
  /** Shared with other organisations by Slack Connect. */
  readonly shared?: boolean;
}

export interface SlackChannel {
  readonly id: string;
  readonly name: string;
  /** What is shown there, oldest first, each in its latest version. */
  reads(): readonly SlackMessage[];
  /** Resolves with the first message of the app there that fits, also one that is there already. Rejects after a while. */
  awaits(wanted: SlackWanted, options?: SlackAwaitOptions): Promise<SlackMessage>;
  archive(): void;
  unarchive(): void;
  /** Somebody invites the bot. */
  invitesBot(): void;
  /** Somebody removes the bot. */
  removesBot(): void;
  rename(name: string): void;
}

/** What a message must be like: a text that it contains, a pattern it matches, or anything. */
export type SlackWanted = string | RegExp | ((message: SlackMessage) => boolean);

export interface SlackAwaitOptions {
  /** Only messages sent later than this one. */
  readonly after?: SlackMessage;
  /** Ms of real time. By default `times.patienceMs`. */
  readonly timeoutMs?: number;
}

/** A Slack workspace with one app installed: its Web API, its Socket Mode, and its people. */
export interface SlackServer {
  /** Where the Web API is; ends with `/api/`. For `slackApiUrl`, or SLACK_API_URL. */
  readonly url: string;
  readonly port: number;
  /** What SLACK_BOT_TOKEN should be: `xoxb-…`. */
  readonly botToken: string;
  /** What SLACK_APP_TOKEN should be: `xapp-…`. */
  readonly appToken: string;
  readonly team: SlackTeam;
  /** `userId`: the bot as a user. `id`: the bot's own, `B…`. `appId`: `A…`. */
  readonly bot: { readonly id: string; readonly userId: string; readonly appId: string; readonly name: string };

  /** Somebody who is there already; nothing is sent to the app. A name alone will do. */
  addPerson(details: SlackPersonDetails | string): SlackPerson;
  /**
   * So many at once, `person1` and on, or as `details` says; tens of thousands are cheap. `users.list` shows two more: the
   * bot itself, and Slackbot.
   */
  addPeople(count: number, details?: (index: number) => SlackPersonDetails): void;
  /** Somebody new joins: the app gets `team_join`. */
  joins(details: SlackPersonDetails | string): SlackPerson;
  /** By id, name (the first of that name) or e-mail address. Throws an Error where there is nobody. */
  person(key: string): SlackPerson;
  addChannel(details: SlackChannelDetails | string): SlackChannel;
  /** By id, or by name with or without `#`. Throws an Error where there is none. */
  channel(key: string): SlackChannel;

  /** Every call of the Web API so far, also those that failed. */
  readonly calls: readonly SlackCall[];
  /** Calls of one method that Slack did not refuse by a limit. */
  callsOf(method: string): readonly SlackCall[];
  readonly violations: readonly SlackViolation[];
  readonly deliveries: readonly SlackDelivery[];
  /** Connections that are open. */
  readonly connections: readonly SlackConnection[];
  /** Events and presses that the app has not acknowledged yet, and that are not given up: on their way, or waiting for a connection. */
  unacknowledged(): number;
  /**
   * Resolves when it holds: asked again whenever anything happens here, and every few ms, as it may be about the app.
   * Rejects with `what` after a while.
   */
  until(holds: () => boolean, what: string, options?: { readonly timeoutMs?: number }): Promise<void>;

  readonly faults: SlackFaults;
  /** Ends it: connections, timers, port. May be called twice. */
  close(): Promise<void>;
}
