import { createDuoServer, createZulipServer } from '@securitybot/strict-servers';
import { expect, onTestFinished, test } from 'vitest';
import { duoEnvironment, zulipEnvironment } from './environment.js';
import { run, start } from './process.js';
import { alertsOf, lookInto } from './rows.js';
import { newDatabase } from './temporary.js';

/** A company that chats in Zulip, and what a bot of it reads from the environment. */
async function createCompany() {
  const zulip = await createZulipServer();
  const duo = await createDuoServer();
  onTestFinished(async () => {
    await Promise.all([zulip.close(), duo.close()]);
  });
  zulip.addChannel('security');
  const ann = zulip.addPerson({ name: 'ann', fullName: 'Ann Lee' });
  duo.addUser('ann');
  const options = {
    database: newDatabase(),
    env: {
      ...zulipEnvironment(zulip),
      ...duoEnvironment(duo),
      SECURITYBOT_EMAIL_DOMAIN: 'example.com',
      SECURITYBOT_REPORTING_CHANNEL: 'security>alerts',
    },
  };
  return { zulip, duo, ann, options };
}

test('the bot asks in Zulip, has it proven by Duo, and goes on where it was stopped', async () => {
  const { zulip, duo, ann, options } = await createCompany();
  const raise = async (title: string) => {
    const { code, stderr } = await run(['alert', 'create', '--username', 'ann', '--title', title], options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  };
  await raise('sudo');
  const first = start(['start'], options);
  await first.logs('securitybot is running');
  await ann.awaits(/^Hi Ann Lee![\s\S]*sudo[\s\S]*Did you do this\?/);
  ann.types('yes, rebooting');
  await ann.awaits('May I do that now?');
  first.signal('SIGTERM');
  const { code, stderr } = await first.ended;
  expect(code).toBe(0);
  expect(stderr).not.toContain(zulip.apiKey);
  expect(zulip.queues()).toBe(0);

  ann.types('yes'); // while there is no bot
  const second = start(['start'], options);
  await second.logs('securitybot is running');
  await duo.user('ann').awaitsPrompt();
  await duo.user('ann').approves();
  await ann.awaits(/is settled/);
  await raise('login');
  await ann.awaits(/login[\s\S]*Did you do this\?/);
  ann.types('no, not me');
  const report = await zulip.channel('security').awaits(/ann: login \(denied\)/);
  expect(report.topic).toBe('alerts');
  second.signal('SIGTERM');
  expect((await second.ended).code).toBe(0);

  const rows = await alertsOf(await lookInto(options.database), 'ann');
  expect(rows.map(({ title, status, authenticated }) => [title, status, Boolean(authenticated)])).toEqual(
    expect.arrayContaining([
      ['sudo', 2, true],
      ['login', 2, false],
    ]),
  );
  expect(zulip.violations).toEqual([]);
  expect(duo.violations).toEqual([]);
});

test('doctor looks at Zulip, and a wrong set-up does not start', async () => {
  const { zulip, options } = await createCompany();
  const doctor = async (env: Readonly<Record<string, string>> = {}) =>
    run(['doctor'], { ...options, env: { ...options.env, ...env } });
  expect((await doctor()).stdout).toMatch(/^ok +chat +Zulip: it takes the key, and the bot sees security>alerts$/m);
  expect((await doctor({ SECURITYBOT_REPORTING_CHANNEL: 'nowhere' })).stdout).toMatch(
    /^fail +chat .*"nowhere" is not/m,
  );
  expect((await doctor({ ZULIP_CA_FILE: '/nowhere.pem' })).stdout).toMatch(
    /^fail +chat .*ZULIP_CA_FILE cannot be read/m,
  );
  zulip.faults.revoke();
  expect((await doctor()).stdout).toMatch(/^fail +chat .*Invalid API key/m);
  const { code, stderr } = await run(['start'], options);
  expect(code).toBe(1);
  expect(stderr).toMatch(/securitybot: zulip: GET \/users\/me: Invalid API key\. Copy/);
  expect(stderr).not.toContain(zulip.apiKey);
  expect(stderr).not.toMatch(/\n\s+at /);
});
