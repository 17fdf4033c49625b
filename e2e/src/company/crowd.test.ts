import { createHash } from 'node:crypto';
import { createDuoAuth } from '@securitybot/auth-duo';
import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { createSlackChat, createSlackClients } from '@securitybot/chat-slack';
import { createSecuritybot, defaultPolicy } from '@securitybot/core';
import { createDuoServer, createSlackServer } from '@securitybot/strict-servers';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { expect, onTestFinished, test } from 'vitest';
import { forEachEngine } from '../../../packages/sql/src/testing.js';
import { people, ROOM } from './stage.js';

const CROWD = 500;
/** Slack's tiers, many times as fast: their proportions matter here, not an afternoon. */
const LIMITS = {
  methods: { 'users.lookupByEmail': 3000, 'views.open': 6000, 'chat.update': 3000 },
  workspacePerMinute: 3600,
};
const MINUTES = 60_000;

await forEachEngine(({ open }) => {
  test(`${CROWD} people at once, and a Slack that says 429: everybody is asked, and every proof counts`, {
    timeout: 5 * MINUTES,
  }, async () => {
    const slack = await createSlackServer({ limits: LIMITS, times: { patienceMs: 4 * MINUTES } });
    const duo = await createDuoServer({ times: { patienceMs: 4 * MINUTES } });
    onTestFinished(() => Promise.all([slack.close(), duo.close()]).then(() => {}));
    slack.addChannel('security');
    slack.addPeople(CROWD, (index) => ({ name: `person${index}`, email: `person${index}@example.com` }));
    const database = await open({ poolSize: 10 });
    const tasker = createSqlTasker(database);
    const { botToken, appToken, url: apiUrl } = slack;
    const { host, ca, integrationKey, secretKey } = duo;
    const chat = createSlackChat({ ...createSlackClients({ botToken, appToken, apiUrl }), reportingChannel: ROOM });
    const auth = createDuoAuth({ host, ca, integrationKey, secretKey });
    const bot = createSecuritybot(
      { chat, auth, tasker, blacklist: createSqlBlacklist(database) },
      { reportingChannel: ROOM, people, policy: { ...defaultPolicy, crowdPerMinute: 2 * CROWD } },
    );
    await bot.start();
    onTestFinished(() => bot.stop());

    async function act(login: string): Promise<void> {
      const person = slack.person(login);
      const question = await person.awaits(/did you do this/i);
      await (await person.presses(question, 'Yes, that was me').dialog).submits('it was me');
      const permission = await person.awaits(/push/, { after: question });
      await person.presses(permission, 'Yes, send the push').acknowledged;
      await duo.user(login).approves();
      await person.awaits(/settled/);
    }
    const logins = Array.from({ length: CROWD }, (_, index) => `person${index}`);
    for (const login of logins) duo.addUser(login);
    const acting = Promise.all(logins.map(act));
    for (const username of logins) {
      const id = createHash('sha256').update(username).digest('hex');
      const alert = {
        id,
        username,
        title: 'sudo',
        description: 'sudo on web-1',
        reason: '',
        url: '',
        eventTime: Date.now(),
      };
      await tasker.add(alert);
    }
    await acting;
    await bot.idle();

    const { db } = database;
    const rows = await db
      .selectFrom('alert_status')
      .innerJoin('user_responses', 'user_responses.hash', 'alert_status.hash')
      .select(['status', 'authenticated'])
      .execute();
    expect(rows.filter(({ status, authenticated }) => status === 2 && Number(authenticated) === 1)).toHaveLength(CROWD);
    expect(slack.calls.some(({ status }) => status === 429)).toBe(true);
    expect(slack.channel('security').reads()).toEqual([]);
    expect(slack.violations).toEqual([]);
    expect(duo.violations).toEqual([]);
    for (const login of logins) expect(duo.user(login).prompts()).toHaveLength(1);
  });
});
