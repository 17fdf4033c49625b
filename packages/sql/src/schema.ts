/*
 * The tables as every engine's driver gives them here. So that code above need not know the engine, reads are the same
 * on all of them:
 * - hashes are bytes (a Buffer or a Uint8Array), 32 of them where nobody wrote otherwise;
 * - booleans are READ as numbers, 0 or 1, and WRITTEN as booleans (in raw SQL, bind `true`: PostgreSQL refuses `= 1`);
 * - the seed's DATETIME columns are strings `YYYY-MM-DD HH:MM:SS` in UTC: see `toSqlTime` and `fromSqlTime`;
 * - our own times are numbers: ms since the epoch, UTC;
 * - 64-bit integers and counts are numbers.
 *
 * The seed's tables are written by other people's SQL, too: whatever may be null there, or is not what it should be
 * (a hash of 3 bytes, a time that is none), has to be expected by whoever reads it.
 */
import type { ColumnType } from 'kysely';

type Bytes = ColumnType<Uint8Array, Uint8Array, Uint8Array>;
type Bool = ColumnType<number | null, boolean, boolean>;
/** A column that an INSERT may leave out. */
type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** The seed's: what detectors saw. */
export interface AlertsTable {
  hash: Bytes;
  ldap: string;
  title: string;
  description: Optional<string>;
  reason: Optional<string>;
  url: Optional<string>;
  event_time: Optional<string>;
}

/** The seed's. `status` 0: open, 1: in progress, 2: with the security team, or done. */
export interface AlertStatusTable {
  hash: Bytes;
  status: number;
}

/** The seed's: what became of an alert. `performed`: the person says it was them; `authenticated`: they proved it. */
export interface UserResponsesTable {
  hash: Bytes;
  comment: Optional<string>;
  performed: Bool;
  authenticated: Bool;
}

/** The seed's: mutes. */
export interface IgnoredTable {
  ldap: string;
  title: string;
  reason: Optional<string>;
  until: Optional<string>;
}

/** The seed's: opt-outs. */
export interface BlacklistTable {
  ldap: string;
}

/** What we know of an alert beyond the seed's tables. A row may be there before the alert belongs to anybody. */
export interface TasksTable {
  hash: Bytes;
  /** The conversation the task belongs to. Null: not yet assigned. */
  person: Optional<string>;
  /** When the store first saw the alert, ms UTC. */
  seen_at: Optional<number>;
  /** Who the alert is about, written with `seen_at`; null: not since there is this column. */
  login: Optional<string>;
  /** As given by whoever made the alert; null where nothing was said. */
  severity: Optional<string>;
  /** Core's task state, and its verdict and cause once closed: for listing without reading `data`. */
  state: Optional<string>;
  verdict: Optional<string>;
  cause: Optional<string>;
  closed_at: Optional<number>;
  /** Core's Task as JSON. */
  data: Optional<string>;
  /** When this row was written last, by the database's clock; null: not since there is this column. */
  changed_at: Optional<number>;
  /** When the person was asked first, and when they answered. */
  asked_at: Optional<number>;
  answered_at: Optional<number>;
}

/** One conversation a row; its tasks are in `sb_tasks`. */
export interface ConversationsTable {
  /** Case-sensitive. */
  person: string;
  version: number;
  /** JSON: the conversation without its tasks, and the list of their ids. */
  data: string;
  wake_at: Optional<number>;
  /** What claims are ordered by: `wake_at`, or the lease's end while leased. */
  due_at: Optional<number>;
  lease: Optional<string>;
  lease_until: Optional<number>;
}

/** What bounds a mute, and its exact end. Its key is normalised (`normalise`), unlike that of `ignored`. */
export interface MutesTable {
  ldap: string;
  title: string;
  since: Optional<number>;
  max_severity: Optional<string>;
  /** The end these bounds were made for; they apply only while `ignored.until` is still that second: others write there, too. */
  until: number;
}

/** What there is to say of an opt-out. Its key is normalised, unlike that of `blacklist`. */
export interface OptOutsTable {
  ldap: string;
  reason: string;
  at: number;
}

/** Alerts that cannot be asked about: each one visible failure. */
export interface RejectsTable {
  hash: Bytes;
  reason: string;
  at: number;
}

/** Which machines may use the API. Of a token only its SHA-256 is kept. Times are ms UTC. */
export interface TokensTable {
  id: string;
  hash: Bytes;
  role: string;
  name: string;
  created_at: number;
  created_by: string;
  expires_at: number;
  /** About when it was used last. */
  used_at: Optional<number>;
  revoked_at: Optional<number>;
}

/** Who is signed in. The key is the SHA-256 of what their browser holds. */
export interface SessionsTable {
  hash: Bytes;
  role: string;
  name: string;
  started_at: number;
  expires_at: number;
}

/** Links to sign in with: gone once one was used. */
export interface SignInLinksTable {
  hash: Bytes;
  role: string;
  name: string;
  expires_at: number;
}

/** Who has changed what. Written before the change; `outcome` follows, and null means that nobody knows. */
export interface AuditTable {
  /** Sorts by time. */
  id: string;
  at: number;
  who: string;
  how: string;
  what: string;
  about: string;
  outcome: Optional<string>;
}

/** Passkeys: see @securitybot/auth-webauthn. `hash`: of the credential's id. Logins are normalised. */
export interface PasskeysTable {
  hash: Bytes;
  login: string;
  /** As the authenticator calls itself, and its public key: base64url. */
  credential: string;
  public_key: string;
  /** How often it says that it was used. */
  counter: number;
  /** Separated by blanks. */
  transports: Optional<string>;
  added_at: number;
  added_by: string;
  used_at: Optional<number>;
  /** When the security team was told. */
  reported_at: Optional<number>;
  /** When it was taken away: it proves nothing since. */
  removed_at: Optional<number>;
}

/** Links to add a passkey. `hash`: of the link's secret. */
export interface EnrolmentsTable {
  hash: Bytes;
  login: string;
  issued_by: string;
  issued_at: number;
  expires_at: number;
  /** What the next passkey has to sign. */
  challenge: Optional<string>;
  used_at: Optional<number>;
  reported_at: Optional<number>;
}

/** Links to prove something. `hash`: of the challenge's id, so that there is one link for it; `secret`: of the link's. */
export interface ProofsTable {
  hash: Bytes;
  secret: Bytes;
  login: string;
  reason: string;
  /** `open`, `approved`, `denied` or `fraud`. */
  state: string;
  challenge: Optional<string>;
  asked_at: number;
  expires_at: number;
  settled_at: Optional<number>;
}

/** What `prune` leaves of an alert: should it come again, it is known. */
export interface PrunedTable {
  hash: Bytes;
  /** When it was deleted. */
  at: number;
}

/** The migration steps that were done. */
export interface MigrationsTable {
  id: number;
  name: string;
  done_at: number;
}

export interface Schema {
  alerts: AlertsTable;
  alert_status: AlertStatusTable;
  user_responses: UserResponsesTable;
  ignored: IgnoredTable;
  blacklist: BlacklistTable;
  sb_tasks: TasksTable;
  sb_conversations: ConversationsTable;
  sb_mutes: MutesTable;
  sb_opt_outs: OptOutsTable;
  sb_rejects: RejectsTable;
  sb_pruned: PrunedTable;
  sb_tokens: TokensTable;
  sb_sessions: SessionsTable;
  sb_sign_in_links: SignInLinksTable;
  sb_audit: AuditTable;
  sb_passkeys: PasskeysTable;
  sb_enrolments: EnrolmentsTable;
  sb_proofs: ProofsTable;
  sb_migrations: MigrationsTable;
}
