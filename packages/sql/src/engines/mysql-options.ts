import { readFileSync } from 'node:fs';
import { PluginError } from '@securitybot/core';
import type { PoolOptions } from 'mysql2';
import { redact } from '../url.js';

const CONNECT_TIMEOUT_MS = 5000;
const KEEP_ALIVE_MS = 10_000;

function readAuthority(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PluginError('REJECTED', `sql: the option ssl-ca=${path} of the database URL: that file cannot be read`, {
      cause,
    });
  }
}

/**
 * mysql2's options from a URL. Only what is listed here may be set by it: mysql2 itself would take every option it has,
 * `multipleStatements` among them. `ssl=true`: encrypted, the server's certificate verified; `ssl-ca=FILE`: by that authority; `socket=PATH`.
 */
export function mysqlOptions(url: URL): PoolOptions {
  const options: PoolOptions = {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1',
    port: url.port === '' ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    charset: 'utf8mb4_general_ci',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    stringifyObjects: true,
    multipleStatements: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  };
  for (const [name, value] of url.searchParams) {
    if (name === 'ssl' && value === 'true') options.ssl ??= {};
    else if (name === 'ssl-ca') options.ssl = { ca: readAuthority(value) };
    else if (name === 'socket') options.socketPath = value;
    else {
      throw new PluginError(
        'REJECTED',
        `sql: ${redact(url.href)} has the option ${JSON.stringify(`${name}=${value}`)}; there are ssl=true, ssl-ca=FILE and socket=PATH`,
      );
    }
  }
  return options;
}
