import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { onTestFinished } from 'vitest';

/** An alert as a detector of the original Securitybot knows it. */
export interface Detection {
  readonly hash: Buffer;
  readonly ldap: string;
  readonly title: string;
  readonly description: string;
  readonly reason: string;
  readonly url: string;
}

/** Somebody else's program, which writes alerts with a bare driver: each statement is a commit of its own. */
export interface Detector {
  readonly writeAlert: (detection: Detection) => Promise<void>;
  readonly writeResponse: (detection: Detection) => Promise<void>;
  readonly writeStatus: (detection: Detection) => Promise<void>;
  /** The three, in the order in which detectors write them. */
  readonly write: (detection: Detection) => Promise<void>;
}

export function detect(change: Partial<Detection> = {}): Detection {
  return {
    hash: randomBytes(32),
    ldap: 'ann',
    title: 'sudo on a production host',
    description: 'ann ran sudo on web-1',
    reason: 'sudo -s, from 10.0.0.7',
    url: 'https://siem.example/1',
    ...change,
  };
}

type Execute = (statement: string, parameters: (string | Buffer)[]) => Promise<void>;

async function connect(url: string): Promise<Execute> {
  if (url.startsWith('sqlite:')) {
    const database = new DatabaseSync(url.slice('sqlite:'.length), { timeout: 5000 });
    onTestFinished(() => database.close());
    return async (statement, parameters) => {
      database.prepare(statement).run(...parameters);
    };
  }
  if (url.startsWith('mysql:')) {
    const connection = await createConnection(url);
    onTestFinished(() => connection.end());
    return async (statement, parameters) => {
      await connection.query(statement, parameters);
    };
  }
  const client = new pg.Client(url);
  await client.connect();
  onTestFinished(() => client.end());
  return async (statement, parameters) => {
    let count = 0;
    await client.query(
      statement.replace(/\?/g, () => `$${++count}`),
      parameters,
    );
  };
}

/**
 * Connects a detector to a database, until the test is over.
 * @param names whether it names the columns; else it trusts that there are no others, and that they are in this order.
 */
export async function connectDetector(url: string, names: boolean): Promise<Detector> {
  const execute = await connect(url);
  const now = () => new Date().toISOString().slice(0, 19).replace('T', ' ');
  const into = (table: string, columns: string) => `INSERT INTO ${table}${names ? ` (${columns})` : ''} VALUES`;
  const detector: Omit<Detector, 'write'> = {
    writeAlert: ({ hash, ldap, title, description, reason, url }) =>
      execute(`${into('alerts', 'hash, ldap, title, description, reason, url, event_time')} (?, ?, ?, ?, ?, ?, ?)`, [
        hash,
        ldap,
        title,
        description,
        reason,
        url,
        now(),
      ]),
    writeResponse: ({ hash }) =>
      execute(`${into('user_responses', 'hash, comment, performed, authenticated')} (?, '', false, false)`, [hash]),
    writeStatus: ({ hash }) => execute(`${into('alert_status', 'hash, status')} (?, 0)`, [hash]),
  };
  return {
    ...detector,
    async write(detection) {
      await detector.writeAlert(detection);
      await detector.writeResponse(detection);
      await detector.writeStatus(detection);
    },
  };
}
