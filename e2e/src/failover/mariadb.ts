import { join } from 'node:path';
import { expect } from 'vitest';
import { freePort } from '../free-port.js';
import { createWorkshop, folderWith, programFolders, type Workshop } from './machine.js';
import { administer, type DatabaseServer, type PairEngine, untilSaid } from './pair.js';

const SERVER = 'mariadbd';
const INSTALL = 'mariadb-install-db';

function program(name: string): string | undefined {
  const folder = folderWith([name], programFolders());
  return folder && join(folder, name);
}

interface Server extends DatabaseServer {
  readonly port: number;
  /** As its administrator, whom `read_only` does not bind. */
  readonly admin: string;
}

async function startServer({ launch, folder }: Workshop, number: number, options: readonly string[]): Promise<Server> {
  const port = await freePort();
  const data = join(folder, `${number}`);
  const server = launch(program(SERVER) ?? SERVER, [
    '--no-defaults',
    `--datadir=${data}`,
    `--tmpdir=${data}`, // at its start it deletes whatever looks like a temporary table there, another server's too
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--socket=${data}.sock`,
    `--pid-file=${data}.pid`,
    `--server-id=${number}`,
    '--log-bin=binlog',
    '--binlog-format=ROW',
    '--relay-log=relay',
    '--gtid-strict-mode=1',
    '--innodb-buffer-pool-size=32M',
    '--innodb-flush-log-at-trx-commit=2', // the machine stays up; only processes are killed
    ...options,
  ]);
  await server.logs('ready for connections');
  const admin = `mysql://root@127.0.0.1:${port}/mysql`;
  return {
    port,
    url: `mysql://securitybot@127.0.0.1:${port}/securitybot`,
    admin,
    async kill() {
      server.signal('SIGKILL');
      await server.ended;
    },
    setReadOnly: async (isReadOnly) => void (await administer(admin, `set global read_only = ${isReadOnly ? 1 : 0}`)),
  };
}

/** MariaDB by GTIDs, semi-synchronous and without loss: a commit is acknowledged, and seen by others, once the replica has it. */
export const mariadb: PairEngine = {
  name: 'MariaDB',
  missing() {
    const missing = [SERVER, INSTALL].filter((name) => program(name) === undefined);
    return missing.length === 0 ? undefined : `no folder has the programs ${missing.join(', ')}`;
  },
  async createPair() {
    const workshop = createWorkshop();
    const first = join(workshop.folder, '1');
    await workshop.run(program(INSTALL) ?? INSTALL, [
      '--no-defaults',
      `--datadir=${first}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--innodb-log-file-size=8M',
    ]);
    await workshop.run('cp', ['-R', first, join(workshop.folder, '2')]);
    // Without a limit: past it the primary would go on alone, and what it acknowledged then is lost with it.
    const waits = ['enabled=1', 'timeout=600000', 'wait-point=AFTER_SYNC'].map((of) => `--rpl-semi-sync-master-${of}`);
    const [primary, standby] = await Promise.all([
      startServer(workshop, 1, waits),
      startServer(workshop, 2, ['--rpl-semi-sync-slave-enabled=1', '--read-only=1']),
    ]);
    await administer(
      standby.admin,
      `change master to master_host = '127.0.0.1', master_port = ${primary.port}, master_user = 'root', master_use_gtid = slave_pos`,
      'start slave',
    );
    await untilSaid(primary.admin, `show status like 'Rpl_semi_sync_master_clients'`, { Value: '1' });
    await administer(
      primary.admin,
      'create database securitybot character set utf8mb4',
      `create user 'securitybot'@'%'`,
      `grant select, insert, update, delete, create, alter, index on securitybot.* to 'securitybot'@'%'`,
    );
    return {
      primary,
      standby,
      async promote() {
        await administer(standby.admin, 'stop slave io_thread');
        await untilSaid(standby.admin, 'show slave status', {
          Slave_SQL_Running_State: expect.stringMatching(/has read all relay log/i),
        });
        await administer(standby.admin, 'stop slave', 'reset slave all', 'set global read_only = 0');
      },
    };
  },
};
