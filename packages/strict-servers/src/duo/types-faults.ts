/** Which requests a fault is for. */
export interface DuoFaultScope {
  /** Such as `/auth/v2/auth`. By default any. */
  readonly path?: string;
  /** Only requests about that username, as it was sent. */
  readonly username?: string;
  /** How many requests. By default 1; `Number.POSITIVE_INFINITY`: until `mend`. */
  readonly times?: number;
  /** What was asked is done, and only the answer is lost. By default nothing is done. */
  readonly done?: boolean;
}

/**
 * How an answer is wrong.
 * - `html`: 200 with a web page, as a proxy sends one
 * - `cut-off`: the body ends in the middle, with the connection
 * - `drip`: a byte now and then, without end
 * - `huge`: 200 with JSON that does not end
 * - `garbage`: bytes that are no HTTP
 * - `redirect`: 302 to another path of this server
 * - `silence`: no answer, and the connection stays open
 * - `reset`: the connection ends without an answer
 * - a number: that HTTP status with a web page, such as 500, 502 or 503
 */
export type DuoBadAnswer = 'html' | 'cut-off' | 'drip' | 'huge' | 'garbage' | 'redirect' | 'silence' | 'reset' | number;

/** What the server shows when a connection begins. */
export type DuoCertificate =
  /** Its own, signed by `ca`. */
  | 'own'
  /** Signed by another CA of the same name. */
  | 'unknown-ca'
  /** Signed by `ca`, for another host. */
  | 'wrong-host'
  /** Signed by `ca`, and over. */
  | 'expired';

/** What can go wrong with Duo, on demand. */
export interface DuoFaults {
  /** 429 with code 42901. `retryAfter` is the header, in seconds or as a date; without it, there is none. */
  rateLimit(scope?: Omit<DuoFaultScope, 'done'> & { readonly retryAfter?: number | string }): void;
  /** A wrong answer of HTTP. */
  answer(how: DuoBadAnswer, scope?: DuoFaultScope): void;
  /** A failure of that code, such as 40103; the HTTP status is its first three digits. */
  refuse(
    code: number,
    scope?: Omit<DuoFaultScope, 'done'> & { readonly message?: string; readonly detail?: string },
  ): void;
  /** 200 with `stat` OK and this `response`, whatever it is: wrong types, values that nobody knows. */
  respond(response: unknown, scope?: DuoFaultScope): void;
  /** 200 with this body, as it is. */
  send(body: string, scope?: DuoFaultScope): void;
  /** Answers each request only after so many ms of real time; 0 ends it. */
  delay(ms: number): void;
  /** Another certificate; open connections end. */
  presentCertificate(certificate: DuoCertificate): Promise<void>;
  /** The server's clock is ahead by so many ms; negative: behind. The client's `Date` is then off. */
  skewClock(ms: number): void;
  /** Forgets every push: their `txid` is unknown from now on. */
  forgetPushes(): void;
  /** Takes back all of the above, but for what is forgotten and for the certificate. */
  mend(): void;

  /** Nothing listens on the port any more, and all connections end, as in an outage. */
  goDown(): Promise<void>;
  /** Listens again, on the same port. */
  comeUp(): Promise<void>;
}
