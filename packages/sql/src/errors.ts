import { isPluginError, PluginError, type PluginErrorCode } from '@securitybot/core';

/** What the drivers tell of an error: Node's and MySQL's name of it, MySQL's number, PostgreSQL's SQLSTATE, SQLite's result code. */
interface DriverError {
  readonly code?: unknown;
  readonly errno?: unknown;
  readonly errcode?: unknown;
  readonly message?: unknown;
  readonly errors?: unknown;
}

const facts = (error: unknown): DriverError => (typeof error === 'object' && error !== null ? error : {});

// Nothing came of the connection attempt.
const REFUSED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOENT']);
const LOST = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'PROTOCOL_ENQUEUE_AFTER_QUIT',
  'PROTOCOL_ENQUEUE_AFTER_DESTROY',
]);
// Messages that come without a code (pg and its pool).
const LOST_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error|Client was closed|Can't add new command when connection is in closed state)/;
// We ourselves have closed it (kysely, pg's pool, mysql2's, node:sqlite).
const CLOSED_MESSAGE =
  /^(driver has already been destroyed|Cannot use a pool after|Pool is closed|database is not open)/;

// PostgreSQL: https://www.postgresql.org/docs/current/errcodes-appendix.html
const LOST_STATE = /^(08|53|57P0[123])/;
const READ_ONLY_STATE = '25006';
const DENIED_STATE = /^(28|3D000|42501)/;
const AGAIN_STATE = /^(40001|40P01|55P03)$/;

// MySQL and MariaDB: https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
// LOST: too many connections, a Galera node without its cluster, shutting down, killed, disk or table full.
const LOST_NUMBER = new Set([1040, 1047, 1053, 1077, 1203, 1927, 1021, 1114, 4031]);
const READ_ONLY_NUMBER = new Set([1290, 1792, 1836]);
const DENIED_NUMBER = new Set([1044, 1045, 1046, 1049, 1142, 1143, 1227, 1698, 3118]);
// AGAIN: deadlock, lock wait timeout, and MariaDB's "Record has changed since last read".
const AGAIN_NUMBER = new Set([1213, 1205, 1020, 3572]);

// SQLite's primary result codes: https://www.sqlite.org/rescode.html
const BUSY = 5;
const LOCKED = 6;
const DENIED_RESULT = new Set([3, 8, 14, 23, 26]); // PERM, READONLY, CANTOPEN, AUTH, NOTADB
// A statement took longer than it may: MySQL, MariaDB; PostgreSQL.
const SLOW_NUMBER = new Set([3024, 1969]);
const SLOW_STATE = '57014';
const LOST_RESULT = new Set([10, 13, 15]); // IOERR, FULL, PROTOCOL

const resultOf = (error: unknown): number => {
  const { errcode } = facts(error);
  return typeof errcode === 'number' ? errcode & 0xff : 0;
};
/** SQLSTATEs have five characters; what else is in `code` is Node's or MySQL's name. */
const stateOf = ({ code }: DriverError): string => (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '');

/** Another connection holds the lock (SQLite). */
export function isBusy(error: unknown): boolean {
  return resultOf(error) === BUSY || resultOf(error) === LOCKED;
}

/** A row with that key is there already (MySQL, MariaDB). */
export function isDuplicate(error: unknown): boolean {
  return facts(error).errno === 1062;
}

/** The transaction was rolled back for the sake of others; the same may go well now. */
export function isConflict(error: unknown): boolean {
  const { errno } = facts(error);
  return AGAIN_STATE.test(stateOf(facts(error))) || AGAIN_NUMBER.has(Number(errno)) || isBusy(error);
}

/** The server has stopped a statement that took too long. */
function isSlow(error: unknown): boolean {
  return stateOf(facts(error)) === SLOW_STATE || SLOW_NUMBER.has(Number(facts(error).errno));
}

/** A value is none of the column's type (PostgreSQL). */
export function isBadValue(error: unknown): boolean {
  return stateOf(facts(error)).startsWith('22');
}

/** The database was closed by `close`. */
function isClosed(error: unknown): boolean {
  return CLOSED_MESSAGE.test(String(facts(error).message));
}

/** The server takes no writes: a standby, or a primary that was, as in the middle of a fail-over. Nothing was done. */
export function isReadOnly(error: unknown): boolean {
  return stateOf(facts(error)) === READ_ONLY_STATE || READ_ONLY_NUMBER.has(Number(facts(error).errno));
}

/** There is no connection, or no longer one; or the server cannot serve just now. */
export function isLost(error: unknown): boolean {
  const { code, errno, message } = facts(error);
  return (
    isReadOnly(error) ||
    REFUSED.has(String(code)) ||
    LOST.has(String(code)) ||
    LOST_STATE.test(stateOf(facts(error))) ||
    LOST_NUMBER.has(Number(errno)) ||
    LOST_RESULT.has(resultOf(error)) ||
    LOST_MESSAGE.test(String(message))
  );
}

function isDenied(error: unknown): boolean {
  return (
    DENIED_STATE.test(stateOf(facts(error))) ||
    DENIED_NUMBER.has(Number(facts(error).errno)) ||
    DENIED_RESULT.has(resultOf(error))
  );
}

/** What an error says, on one line; connection attempts to several addresses fail without a message of their own. */
function said(error: unknown): string {
  const { code, message, errors } = facts(error);
  const inner = Array.isArray(errors) ? errors.map((each) => String(facts(each).message)).join(', ') : '';
  return (String(message ?? '') || inner || String(code ?? error)).replace(/\s+/g, ' ').slice(0, 500);
}

/**
 * A driver's error as core understands it: `UNAVAILABLE` when the database cannot be reached, is full, a lock was not
 * to be had for long, or a statement took too long; `BAD_CREDENTIALS` when it refuses us. Everything else is returned as it is.
 * @param doing what was tried, beginning with the plugin: `tasker-sql: saving a conversation`.
 */
export function toPluginError(error: unknown, doing: string): unknown {
  if (isPluginError(error)) return error;
  const make = (code: PluginErrorCode, advice: string, notSent: boolean) =>
    new PluginError(code, `${doing}: ${said(error)}. ${advice}`, { cause: error, notSent });
  if (isDenied(error)) {
    return make(
      'BAD_CREDENTIALS',
      'Check the database URL (SECURITYBOT_DATABASE_URL) and the rights of its user.',
      true,
    );
  }
  if (isConflict(error)) return make('UNAVAILABLE', 'Others hold the locks for too long; nothing was done.', true);
  if (isSlow(error)) {
    return make(
      'UNAVAILABLE',
      'It took longer than the database URL allows (timeout=20s, where nothing is said).',
      true,
    );
  }
  if (isClosed(error)) return make('UNAVAILABLE', 'It was closed by close().', true);
  if (isReadOnly(error)) {
    return make(
      'UNAVAILABLE',
      'The server takes no writes: a fail-over is under way, or the database URL (SECURITYBOT_DATABASE_URL) leads to a standby.',
      true,
    );
  }
  if (isLost(error)) {
    const notSent = REFUSED.has(String(facts(error).code));
    return make('UNAVAILABLE', 'Is the database up, and is its URL (SECURITYBOT_DATABASE_URL) right?', notSent);
  }
  return error;
}

/** The same for a failed opening, where whatever else goes wrong (TLS, a missing password) is a matter of configuration. */
export function toOpeningError(error: unknown, doing: string): PluginError {
  const known = toPluginError(error, doing);
  if (isPluginError(known)) return known;
  return new PluginError(
    'BAD_CREDENTIALS',
    `${doing}: ${said(error)}. Check the database URL (SECURITYBOT_DATABASE_URL)`,
    {
      cause: error,
    },
  );
}
