import {
  createDuoServer,
  createSlackServer,
  type DuoServer,
  type SlackServer,
  type SlackServerOptions,
} from '@securitybot/strict-servers';
import { onTestFinished } from 'vitest';
import { duoEnvironment, slackEnvironment } from '../environment.js';
import type { RunOptions } from '../process.js';
import { SLACK_TIMES } from './stage.js';

export interface Company {
  readonly slack: SlackServer;
  readonly duo: DuoServer;
  readonly options: RunOptions & { readonly env: Readonly<Record<string, string>> };
}

const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/**
 * A company of those people, and what a bot of it reads from the environment: no more than the README asks for, and where the
 * servers are.
 */
export async function createCompany(
  database: string,
  people: readonly string[] = ['ann'],
  slackOptions: SlackServerOptions = { times: SLACK_TIMES },
): Promise<Company> {
  const slack = await createSlackServer(slackOptions);
  const duo = await createDuoServer();
  onTestFinished(async () => {
    await Promise.all([slack.close(), duo.close()]);
  });
  slack.addChannel('security');
  for (const name of people) {
    slack.addPerson({ name, email: `${name}@example.com`, firstName: capitalised(name) });
    duo.addUser(name);
  }
  const env = {
    ...slackEnvironment(slack),
    ...duoEnvironment(duo),
    SECURITYBOT_EMAIL_DOMAIN: 'example.com',
    SECURITYBOT_REPORTING_CHANNEL: '#security',
  };
  return { slack, duo, options: { database, env } };
}
