/** Which calls a fault is for. */
export interface ZulipFaultScope {
  /** Such as `POST /messages`. By default any. */
  readonly endpoint?: string;
  /** How many calls. By default 1; `Number.POSITIVE_INFINITY`: until `mend`. */
  readonly times?: number;
  /** What was asked is done, and only the answer is lost. By default nothing is done. */
  readonly done?: boolean;
}

/**
 * How an answer is wrong.
 * - `html`: 200 with a web page, as a proxy sends one
 * - `cut-off`: the body ends in the middle, with the connection
 * - `wrong-type`: 200 with JSON that is not an object
 * - `redirect`: 302 to another host
 * - `silence`: no answer, and the connection stays open
 * - `reset`: the connection ends without an answer
 * - a number: that HTTP status with a web page, such as 500, 502 or 503
 */
export type ZulipBadAnswer = 'html' | 'cut-off' | 'wrong-type' | 'redirect' | 'silence' | 'reset' | number;

/** What can go wrong with Zulip, on demand. */
export interface ZulipFaults {
  /** 429 with `RATE_LIMIT_HIT`; `retryAfter` in seconds, in the header and in the body. By default 1. */
  rateLimit(scope?: Omit<ZulipFaultScope, 'done'> & { readonly retryAfter?: number }): void;
  /** A wrong answer of HTTP. */
  answer(how: ZulipBadAnswer, scope?: ZulipFaultScope): void;
  /** An error with that `code`. By default the status is 400. */
  fail(code: string, scope?: ZulipFaultScope & { readonly status?: number; readonly msg?: string }): void;
  /** 200 with this body, whatever it is: wrong types, values that nobody knows. */
  respond(body: unknown, scope?: ZulipFaultScope): void;
  /** Answers each call only after so many ms of real time; 0 ends it. */
  delay(ms: number): void;
  /** Takes back all of the above. */
  mend(): void;

  /** All event queues are gone, with whatever stood in them, as after ten minutes without a poll. */
  expireQueues(): void;
  /** Polls end without an answer, as when the network is gone. */
  dropPolls(): void;
  /** An event of any shape, in every queue. */
  sendEvent(event: Readonly<Record<string, unknown>>): void;
  /** The key is refused from now on; or the account, or the organization, is deactivated. By default the key. */
  revoke(what?: 'key' | 'account' | 'organization'): void;
  restore(): void;

  /** Nothing listens on the port any more, and all connections end, as in an outage. */
  goDown(): Promise<void>;
  /** Listens again, on the same port. Event queues and what happened meanwhile are there. */
  comeUp(): Promise<void>;
}
