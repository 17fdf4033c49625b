import type { PoolOptions } from 'mysql2';
import { hostOf, type ServerOptions } from './server-options.js';

const CONNECT_TIMEOUT_MS = 5000;
const KEEP_ALIVE_MS = 10_000;
/** Kept prepared on a connection. A server has 16,382 places for all of its connections (`max_prepared_stmt_count`). */
const PREPARED = 150;

/** mysql2's options. */
export function mysqlOptions({ url, pool, tls, socket }: ServerOptions): PoolOptions {
  return {
    host: hostOf(url) || '127.0.0.1',
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ...(socket !== undefined && { socketPath: socket }),
    // Left alone, mysql2 takes the certificate of any host.
    ...(tls && { ssl: { ...tls, verifyIdentity: true } }),
    connectionLimit: pool,
    resetOnRelease: false,
    charset: 'utf8mb4_general_ci',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    stringifyObjects: true,
    multipleStatements: false,
    maxPreparedStatements: PREPARED,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  };
}
