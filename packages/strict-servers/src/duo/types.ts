import type { DuoFaults } from './types-faults.js';
import type { DuoUser, DuoUserDetails } from './types-people.js';

/** How long things last, in ms. */
export interface DuoTimes {
  /** Until an unanswered push is over. By default 60,000. https://duo.com/docs/authapi#/auth_status */
  readonly pushMs: number;
  /** How long the `txid` of a preauth with a verification code can be used, once. By default 60,000. */
  readonly verificationMs: number;
  /** How far `Date` may be from the server's time. By default 300,000. */
  readonly toleranceMs: number;
  /** How long a settled push can be asked about. By default 3,600,000. */
  readonly keepMs: number;
  /** How long people and `until` wait for what must happen; always of real time. By default 5,000. */
  readonly patienceMs: number;
}

export interface DuoServerOptions {
  /** By default any free one. The server listens on 127.0.0.1 only. */
  readonly port?: number;
  /** By default made up: `DI` and 18 letters and digits. */
  readonly integrationKey?: string;
  /** By default made up: 40 letters and digits. */
  readonly secretKey?: string;
  /** What the keys are of. Those of another application than an Auth API are refused with 40301. By default `auth-api`. */
  readonly application?: 'auth-api' | 'admin-api';
  /** The "new user policy": what becomes of usernames that Duo does not know. By default `enroll`. */
  readonly newUsers?: 'enroll' | 'deny' | 'allow';
  /**
   * Whether the host that is signed has the port. Duo itself has none, so either will do by default, as long as it is
   * the host that the request is for.
   */
  readonly signedHost?: 'with-port' | 'without-port';
  /** Denials and wrong codes in a row after which an account is locked. By default 10. https://duo.com/docs/administration-settings */
  readonly lockoutAfter?: number;
  readonly times?: Partial<DuoTimes>;
  /** The server's time, which `Date` is compared with: ms since the epoch, UTC. By default `Date.now`. */
  readonly now?: () => number;
  /** Measures the times above: calls back after so many ms, and gives what calls it off. By default real time. */
  readonly schedule?: (callback: () => void, ms: number) => () => void;
}

/** One request, in the order in which they came. */
export interface DuoCall {
  /** Ms since the epoch, UTC, by the option `now`. */
  readonly at: number;
  readonly method: string;
  /** Such as `/auth/v2/preauth`. */
  readonly path: string;
  /** Decoded. Empty where the request could not be read. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The version of its signature; `undefined`: unsigned, or refused. */
  readonly signature: 2 | 5 | undefined;
  /** HTTP status of the answer; 0 until it is sent, and where none ever is. */
  readonly status: number;
  /** Duo's code of a failure, such as 40103. */
  readonly code?: number;
}

/** What the client under test did that Duo refuses, or that loses something. A test can hold the list empty. */
export interface DuoViolation {
  /** Ms since the epoch, UTC, by the option `now`. */
  readonly at: number;
  readonly rule: /** `Authorization` is missing, or is not `Basic base64(key:signature)`. */
    | 'bad-authorization'
    /** The signature, or the integration key in it, is wrong. */
    | 'bad-signature'
    /** `Date` is missing, is not as in RFC 2822, or is too far from the server's time. */
    | 'bad-date'
    /** `Host` is none of this server's names. */
    | 'wrong-host'
    /** Another content type than the version of the signature asks for. */
    | 'bad-content-type'
    /** There is no such path, or not for that method. */
    | 'unknown-endpoint'
    /** A parameter that the endpoint needs is missing. */
    | 'missing-parameter'
    /** A parameter that the endpoint does not have, or that came twice. */
    | 'unknown-parameter'
    /** A value that the endpoint refuses: of the wrong type, too long, not URL-encoded. */
    | 'bad-parameter'
    /** Preauth gave a `txid` for a verified push, and the push was asked for without it. */
    | 'dropped-verification'
    /** A `txid` of a verified push was used twice, too late, for somebody else, or was made up. */
    | 'bad-verification'
    /** A call before the time that `Retry-After` gave. */
    | 'ignored-retry-after';
  /** The path it is about, and what is wrong. Never a key. */
  readonly detail: string;
}

/** Duo's Auth API, over TLS, with the people who hold the phones. */
export interface DuoServer {
  /** `127.0.0.1:port`: what DUO_API_HOST should be. `localhost:port` will do as well. */
  readonly host: string;
  readonly port: number;
  /** PEM of the CA that signed the server's certificate. */
  readonly ca: string;
  /** The same as a file, until `close`: what DUO_CA_FILE should be. */
  readonly caFile: string;
  readonly integrationKey: string;
  readonly secretKey: string;

  /** A username alone will do: active, with one phone. Throws an Error for a name that is taken. */
  addUser(details: DuoUserDetails | string): DuoUser;
  /** By username or alias. Throws an Error where there is nobody. */
  user(name: string): DuoUser;
  /** From now on. */
  setNewUsers(policy: 'enroll' | 'deny' | 'allow'): void;

  /** Every request so far, also those that failed. */
  readonly calls: readonly DuoCall[];
  /** Those of one path, such as `/auth/v2/auth`. */
  callsOf(path: string): readonly DuoCall[];
  readonly violations: readonly DuoViolation[];
  /** How many requests wait for a push to change. */
  waiting(): number;
  /** Resolves when it holds; asked again whenever anything happens here. Rejects with `what` after a while. */
  until(holds: () => boolean, what: string, options?: { readonly timeoutMs?: number }): Promise<void>;

  readonly faults: DuoFaults;
  /** Ends it: connections, timers, port, file. May be called twice. */
  close(): Promise<void>;
}
