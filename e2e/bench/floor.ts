import { randomBytes } from 'node:crypto';
import type { Ground, RawConnection } from './engines.ts';

/** Connections the floor is written over, and alerts come in over. */
const CONNECTIONS = 8;

const INSERTS = [
  'insert into alerts (hash, ldap, title, description, reason, url, event_time) values (?, ?, ?, ?, ?, ?, ?)',
  'insert into user_responses (hash, comment, performed, authenticated) values (?, ?, ?, ?)',
  'insert into alert_status (hash, status) values (?, 0)',
] as const;

/** Statements and commits of an alert's insertion. */
export const INSERTION = { statements: INSERTS.length, commits: 1 };

/** Inserts an alert as a detector does. */
async function insertAlert(
  { no }: Ground,
  connection: RawConnection,
  login: string,
  hash: Buffer = randomBytes(32),
): Promise<void> {
  const texts = ['sudo', 'sudo on web-1', 'root shell', 'https://siem.example/1'];
  const at = new Date().toISOString().slice(0, 19).replace('T', ' ');
  await connection.transaction([
    [INSERTS[0], [hash, login, ...texts, at]],
    [INSERTS[1], [hash, '', no, no]],
    [INSERTS[2], [hash]],
  ]);
}

const connected = new WeakMap<Ground, ReturnType<Ground['connect']>>();

/** Made once, and closed with the ground: a server has no more than so many. */
function connectionsOf(ground: Ground): ReturnType<Ground['connect']> {
  const known = connected.get(ground) ?? ground.connect(CONNECTIONS);
  connected.set(ground, known);
  return known;
}

/** Does something for each login, over several connections at a time. */
async function each(
  ground: Ground,
  logins: readonly string[],
  work: (connection: RawConnection, login: string) => Promise<void>,
): Promise<void> {
  const left = [...logins];
  const connections = await connectionsOf(ground);
  await Promise.all(
    connections.map(async (connection) => {
      for (let login = left.shift(); login !== undefined; login = left.shift()) await work(connection, login);
    }),
  );
}

/** Inserts an alert about each of those logins. */
export function insertAlerts(ground: Ground, logins: readonly string[]): Promise<void> {
  return each(ground, logins, (connection, login) => insertAlert(ground, connection, login));
}

/**
 * The least that alerts cost: by the bare driver, each one insert of the three rows, one update to in progress, one
 * update of status and response, each a commit.
 */
export function writeFloor(ground: Ground, logins: readonly string[]): Promise<void> {
  const { yes } = ground;
  return each(ground, logins, async (connection, login) => {
    const hash = randomBytes(32);
    await insertAlert(ground, connection, login, hash);
    await connection.transaction([['update alert_status set status = 1 where hash = ?', [hash]]]);
    await connection.transaction([
      ['update alert_status set status = 2 where hash = ?', [hash]],
      [
        'update user_responses set comment = ?, performed = ?, authenticated = ? where hash = ?',
        ['it was me', yes, yes, hash],
      ],
    ]);
  });
}
