import { randomBytes } from 'node:crypto';
import type { BenchEngine } from './engines.ts';

/** Connections the floor is written over. */
export const CONNECTIONS = 8;

const INSERTS = [
  'insert into alerts (hash, ldap, title, description, reason, url, event_time) values (?, ?, ?, ?, ?, ?, ?)',
  'insert into user_responses (hash, comment, performed, authenticated) values (?, ?, ?, ?)',
  'insert into alert_status (hash, status) values (?, 0)',
] as const;

/**
 * The least that such alerts cost: by the bare driver, each one insert of the three rows, one update to in progress, one
 * update of status and response, each a commit.
 * @returns alerts a second.
 */
export async function measureFloor(engine: BenchEngine, alerts: number): Promise<number> {
  const connections = await engine.connect(CONNECTIONS);
  const isPostgres = engine.name === 'PostgreSQL';
  const [no, yes] = isPostgres ? [false, true] : [0, 1];
  let left = alerts;
  const started = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      while (left > 0) {
        left -= 1;
        const hash = randomBytes(32);
        await connection.transaction([
          [
            INSERTS[0],
            [
              hash,
              `floor${left}`,
              'sudo',
              'sudo on web-1',
              'root shell',
              'https://siem.example/1',
              '2026-01-05 09:00:00',
            ],
          ],
          [INSERTS[1], [hash, '', no, no]],
          [INSERTS[2], [hash]],
        ]);
        await connection.transaction([['update alert_status set status = 1 where hash = ?', [hash]]]);
        await connection.transaction([
          ['update alert_status set status = 2 where hash = ?', [hash]],
          [
            'update user_responses set comment = ?, performed = ?, authenticated = ? where hash = ?',
            ['it was me', yes, yes, hash],
          ],
        ]);
      }
    }),
  );
  return alerts / ((performance.now() - started) / 1000);
}
