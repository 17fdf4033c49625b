/** Which calls a fault is for. */
export interface SlackFaultScope {
  /** By default any method. */
  readonly method?: string;
  /** Only calls about that channel or person, by id. */
  readonly channel?: string;
  /** How many calls. By default 1; `Number.POSITIVE_INFINITY`: until `mend`. */
  readonly times?: number;
  /** What was asked is done, and only the answer is lost. By default nothing is done. */
  readonly done?: boolean;
}

/**
 * How an answer is wrong.
 * - `html`: 200 with a web page, as a proxy sends one
 * - `cut-off`: the body ends in the middle
 * - `wrong-type`: 200 with JSON that is not an object
 * - `redirect`: 302 to another host
 * - `silence`: no answer, and the connection stays open
 * - `reset`: the connection ends without an answer
 * - a number: that HTTP status, such as 500 or 503
 */
export type SlackBadAnswer = 'html' | 'cut-off' | 'wrong-type' | 'redirect' | 'silence' | 'reset' | number;

/** What can go wrong with Slack, on demand. Connections go by their ids; by default all are meant. */
export interface SlackFaults {
  /** 429 with `Retry-After`, in seconds. By default 1. */
  rateLimit(scope: Omit<SlackFaultScope, 'done'> & { readonly retryAfter?: number }): void;
  /** A wrong answer of HTTP. */
  answer(how: SlackBadAnswer, scope?: SlackFaultScope): void;
  /** An answer with `ok: false` and that error, such as `internal_error`. */
  fail(error: string, scope?: SlackFaultScope): void;
  /**
   * Answers each call, or each of that method, only after so many ms of real time; `Number.POSITIVE_INFINITY`: not until 0.
   * 0 ends it, and lets go of what waits.
   */
  delay(ms: number, method?: string): void;
  /** Takes back all of the above. */
  mend(): void;

  /** Nothing listens on the port any more, and all connections end, as in an outage. */
  goDown(): Promise<void>;
  /** Listens again, on the same port. What happened meanwhile is delivered. */
  comeUp(): Promise<void>;

  /**
   * Slack refreshes a connection: `disconnect` with `warning`, about ten seconds before it happens; with
   * `refresh_requested`, at once; with `link_disabled`, because Socket Mode was switched off.
   */
  disconnect(
    reason: 'warning' | 'refresh_requested' | 'link_disabled' | 'too_many_websockets',
    connection?: string,
  ): void;
  /** Connections end without a close frame, as when the network is gone. */
  dropConnections(connection?: string): void;
  /** Connections stay open and nothing comes any more, not even a pong; ends with `mend`. */
  freezeConnections(): void;
  /** Sends a frame as it is: a string, or anything as JSON. */
  sendFrame(frame: unknown, connection?: string): void;
  /** An `events_api` envelope without an event, which says that the app gets too many. */
  sendAppRateLimited(): void;
  /** An envelope with this payload, as mis-shaped as you like. By default its type is `events_api`. */
  sendEnvelope(payload: unknown, type?: string): void;
  /**
   * Delivers an event again, acknowledged or not, as Slack does when an acknowledgement was lost: so many times, to the
   * connection that had it, to another one, or to any. By default the last event, once, to any.
   */
  redeliver(options?: {
    readonly eventId?: string;
    readonly times?: number;
    readonly to?: 'same' | 'other' | 'any';
  }): void;
  /** Events and presses wait until `resume`, as when Slack is slow; then come in order. */
  hold(): void;
  resume(): void;

  /** The token is refused from now on. By default with `token_revoked`. */
  revokeToken(
    token: 'bot' | 'app',
    error?: 'token_revoked' | 'account_inactive' | 'invalid_auth' | 'token_expired',
  ): void;
  /** It is good again. */
  restoreToken(token: 'bot' | 'app'): void;
  removeScope(scope: string): void;
  addScope(scope: string): void;
}
