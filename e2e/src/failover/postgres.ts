import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.js';
import { createWorkshop, folderWith, programFolders, type Workshop } from './machine.js';
import { administer, type DatabaseServer, type PairEngine, untilSaid } from './pair.js';

const PROGRAMS = ['initdb', 'postgres', 'pg_basebackup'];

/** Debian keeps them off the PATH, by version; the last is taken. */
function programs(): string | undefined {
  const versions = globSync('/usr/lib/postgresql/*/bin').sort((one, other) =>
    one.localeCompare(other, 'en', { numeric: true }),
  );
  return folderWith(PROGRAMS, [...programFolders(), ...versions.reverse()]);
}

const ACCEPTS = /database system is ready to accept (read.only )?connections/;

/** The piece of shared memory by which PostgreSQL knows that nobody else is on its files. Killed, it leaves it behind. */
function memoryOf(data: string): string | undefined {
  const [, , , , , , line = ''] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  return line.trim().split(/\s+/)[1];
}

interface Server extends DatabaseServer {
  /** As its administrator. */
  readonly admin: string;
}

async function startServer({ launch }: Workshop, bin: string, data: string): Promise<Server> {
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    dynamic_shared_memory_type: 'mmap', // which is in the folder, and goes with it
    fsync: 'off', // the machine stays up; only processes are killed
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = launch(join(bin, 'postgres'), ['-D', data, ...options]);
  onTestFinished(async () => {
    server.signal('SIGQUIT'); // at once, and nothing left behind
    await server.ended;
  });
  await server.logs(ACCEPTS);
  const memory = memoryOf(data);
  const admin = `postgres://postgres@127.0.0.1:${port}/postgres`;
  return {
    url: `postgres://securitybot@127.0.0.1:${port}/securitybot`,
    admin,
    async kill() {
      server.signal('SIGKILL');
      await server.ended; // its children have its stderr, and end with it
      if (memory !== undefined) execFileSync('ipcrm', ['-m', memory]);
    },
    async setReadOnly(isReadOnly) {
      const value = isReadOnly ? 'on' : 'off';
      await administer(admin, `alter system set default_transaction_read_only = ${value}`, 'select pg_reload_conf()');
      await untilSaid(admin, 'show default_transaction_read_only', { default_transaction_read_only: value });
    },
  };
}

/** PostgreSQL by streaming replication, synchronous: a commit is acknowledged once the standby has it. */
export const postgres: PairEngine = {
  name: 'PostgreSQL',
  missing: () => (programs() ? undefined : `no folder has the programs ${PROGRAMS.join(', ')}`),
  async createPair() {
    const bin = programs();
    if (bin === undefined) throw new Error('There is no PostgreSQL server on this machine.');
    const workshop = createWorkshop();
    const [first, second] = [join(workshop.folder, 'first'), join(workshop.folder, 'second')];
    const initdb = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
    await workshop.run(join(bin, 'initdb'), ['-D', first, ...initdb]);
    const primary = await startServer(workshop, bin, first);
    const backup = ['--write-recovery-conf', '--wal-method=stream', '--checkpoint=fast', '--no-sync'];
    await workshop.run(join(bin, 'pg_basebackup'), ['-D', second, '-d', primary.admin, ...backup]);
    const standby = await startServer(workshop, bin, second);
    await administer(primary.admin, `alter system set synchronous_standby_names = '*'`, 'select pg_reload_conf()');
    await untilSaid(primary.admin, 'select state, sync_state from pg_stat_replication', {
      state: 'streaming',
      sync_state: 'sync',
    });
    await administer(
      primary.admin,
      `create database securitybot encoding 'UTF8' template template0`,
      'create role securitybot login',
      'revoke all on database securitybot from public',
      'grant connect on database securitybot to securitybot',
    );
    const database = primary.url.replace('securitybot@', 'postgres@');
    await administer(database, 'grant create on schema public to securitybot');
    return {
      primary,
      standby,
      async promote() {
        await administer(standby.admin, 'select pg_promote()');
        await untilSaid(standby.admin, 'select pg_is_in_recovery() as waits', { waits: 0 });
      },
    };
  },
};
