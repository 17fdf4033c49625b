import { createDuoServer, createSlackServer } from '@securitybot/strict-servers';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { forEachEngine } from '../../../packages/sql/src/testing.js';
import { connectDetector, detect } from '../detector.js';
import { run, start } from '../process.js';
import { alertsOf, lookInto } from '../rows.js';

/** A Slack and a Duo that ann is in, and the environment that points the reference bot at them. */
async function openCompany() {
  const slack = await createSlackServer();
  const duo = await createDuoServer();
  onTestFinished(() => Promise.all([slack.close(), duo.close()]).then(() => {}));
  slack.addChannel('security');
  const ann = slack.addPerson({ name: 'ann', email: 'ann@example.com' });
  duo.addUser('ann');
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
    DUO_INTEGRATION_KEY: duo.integrationKey,
    DUO_SECRET_KEY: duo.secretKey,
    DUO_API_HOST: duo.host,
    DUO_CA_FILE: duo.caFile,
    SECURITYBOT_EMAIL_DOMAIN: 'example.com',
    SECURITYBOT_REPORTING_CHANNEL: '#security',
  };
  return { slack, duo, ann, env };
}

await forEachEngine(({ create }) => {
  describe('the reference bot on a Slack and a Duo', () => {
    let database: string;
    beforeEach(async () => {
      database = await create();
    });

    test("a detector's alert is asked about, answered by button and proven; its log fits a screen; SIGTERM ends it", async () => {
      const { slack, duo, ann, env } = await openCompany();
      const bot = start(['start'], { database, env });
      await bot.logs('securitybot is running');
      const detector = await connectDetector(database, true);
      await detector.write(detect());
      const question = await ann.awaits(/did you do this/i);
      await (await ann.presses(question, 'Yes, that was me').dialog).submits('rebooting');
      const permission = await ann.awaits(/push/, { after: question });
      await ann.presses(permission, 'Yes, send the push').acknowledged;
      await duo.user('ann').approves();
      await ann.awaits(/settled/, { timeoutMs: 15_000 });
      expect(await alertsOf(await lookInto(database), 'ann')).toMatchObject([
        { status: 2, comment: 'rebooting', performed: 1, authenticated: 1 },
      ]);
      bot.signal('SIGTERM');
      const { code, stderr, stdout } = await bot.ended;
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      const lines = stderr.trimEnd().split('\n');
      expect(lines.length).toBeLessThan(24 + 18); // the steps of a new database's schema are 18 of them
      for (const secret of [slack.botToken, slack.appToken, duo.secretKey]) expect(stderr).not.toContain(secret);
      expect(slack.violations).toEqual([]);
      expect(duo.violations).toEqual([]);
    });
  });
});

describe('what is wrong with the set-up is said at start, and by doctor', () => {
  const broken: [string, (company: Awaited<ReturnType<typeof openCompany>>) => Record<string, string>, RegExp][] = [
    ['a bot token that Slack does not know', () => ({ SLACK_BOT_TOKEN: 'xoxb-nonsense' }), /SLACK_BOT_TOKEN|bot token/],
    [
      'a token that was revoked',
      ({ slack }) => {
        slack.faults.revokeToken('bot');
        return {};
      },
      /revoked/,
    ],
    [
      'a scope that is missing',
      ({ slack }) => {
        slack.faults.removeScope('chat:write');
        return {};
      },
      /chat:write/,
    ],
    [
      'a reporting channel without the bot',
      ({ slack }) => {
        slack.channel('security').removesBot();
        return {};
      },
      /invite/i,
    ],
    ['a reporting channel that is not there', () => ({ SECURITYBOT_REPORTING_CHANNEL: '#nowhere' }), /#nowhere/],
  ];

  test.each(broken)('%s', async (_, breakIt, words) => {
    const company = await openCompany();
    const env = { ...company.env, ...breakIt(company) };
    const database = 'sqlite::memory:';
    const started = await run(['start'], { database, env });
    expect(started.code, started.stderr).toBe(1);
    expect(started.stderr).toMatch(words);
    expect(started.stderr).not.toMatch(/\n\s+at /);
    const { stdout } = await run(['doctor'], { database, env });
    expect(stdout).toMatch(words);
  });

  test('a secret key that Duo does not know, by doctor', async () => {
    const { env } = await openCompany();
    const { code, stdout } = await run(['doctor'], {
      database: 'sqlite::memory:',
      env: { ...env, DUO_SECRET_KEY: 'nonsense' },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/DUO_SECRET_KEY|secret key/);
  });
});
