import { createDuoAuth } from '@securitybot/auth-duo';
import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import type { DatabaseOptions, SqlDatabase } from '@securitybot/sql';
import { createDuoServer, type DuoServer } from '@securitybot/strict-servers';
import { createSqlTasker } from '@securitybot/tasker-sql';
import type { Stage, StageContext } from '@securitybot/testing';
import { recordOf } from '../rows.js';

export type Open = (options: DatabaseOptions) => Promise<SqlDatabase>;

const DOMAIN = 'example.com';
export const emailOf = (login: string) => `${login}@${DOMAIN}`;
/** People find their accounts by this, as SECURITYBOT_EMAIL_DOMAIN makes it. */
export const people = { find: (login: string) => ({ email: emailOf(login) }) };

/** What a company has, whatever it chats in: its Duo, and its database on the story's clock. */
export interface Behind extends Pick<Stage, 'auth' | 'tasker' | 'blacklist'> {
  readonly duo: DuoServer;
}

export async function createBehind(open: Open, { clock, people: logins }: StageContext): Promise<Behind> {
  const duo = await createDuoServer({ schedule: clock.setTimeout });
  const database = await open({ now: clock.now });
  for (const login of logins) duo.addUser(login);
  const { host, ca, integrationKey, secretKey } = duo;
  const connectAuth = () => createDuoAuth({ host, ca, integrationKey, secretKey, longPollMs: 50 });
  return {
    duo,
    auth: {
      auth: connectAuth(),
      restart: connectAuth,
      approve: async (login) => void (await duo.user(login).approves()),
      deny: async (login) => void (await duo.user(login).denies()),
      fraud: async (login) => void (await duo.user(login).reportsFraud()),
      expire: async (login) => void (await duo.user(login).letsExpire()),
      prompts: (login) =>
        duo
          .user(login)
          .prompts()
          .map(({ info }) => ({ reason: info.map(({ text }) => text).join('\n') })),
    },
    tasker: {
      tasker: createSqlTasker(database),
      other: () => createSqlTasker(database),
      record: (id) => recordOf(database, id),
    },
    blacklist: { blacklist: createSqlBlacklist(database), other: () => createSqlBlacklist(database) },
  };
}
