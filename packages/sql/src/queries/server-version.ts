import { type RawBuilder, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import type { Engine } from '../engine.js';
import { reading } from './reading.js';

const mysql = sql<string>`version()`;
const VERSIONS: Readonly<Record<Engine, RawBuilder<string>>> = {
  sqlite: sql<string>`sqlite_version()`,
  postgres: sql<string>`current_setting('server_version')`,
  mysql,
  mariadb: mysql,
};

/** What the server says of its version: `10.11.6-MariaDB-1`, `15.18 (Debian …)`, `3.53.4`. Throws a PluginError where it does not answer. */
export async function serverVersion({ engine, db }: SqlDatabase): Promise<string> {
  const query = db.selectNoFrom(VERSIONS[engine].as('version')).executeTakeFirstOrThrow();
  return (await reading('the version', query)).version;
}
