import { forEachEngine } from '@securitybot/sql/testing';
import { describe, expect, test } from 'vitest';
import { connectDetector, detect } from '../detector.js';
import { run, start } from '../process.js';
import { alertsOf, lookInto } from '../rows.js';
import { newDatabase } from '../temporary.js';
import { type Company, createCompany } from './company.js';

/** Lines of a screen. */
const SCREEN = 24;
const SLOW = { timeoutMs: 60_000 };

await forEachEngine(({ create }) => {
  test('the bot as it is: one alert proven, one denied, and what it logs fits a screen', async () => {
    const { slack, duo, options } = await createCompany(await create());
    const ann = slack.person('ann');
    const bot = start(['start'], options);
    await bot.logs('securitybot is running');
    const doctor = await run(['doctor'], options);
    expect(doctor.stdout).toMatch(/^ok +chat +Slack: it takes both tokens, and the bot is in #security$/m);
    expect(doctor.stdout).toMatch(/^ok +auth +Duo: \S+ is there, and accepts the keys$/m);
    expect(doctor.code).toBe(0);

    const detector = await connectDetector(options.database, true);
    await detector.write(detect({ title: 'sudo', description: 'sudo on web-1' }));
    const question = await ann.awaits(/^Hi Ann![\s\S]*sudo on web-1[\s\S]*Did you do this\?/, SLOW);
    const dialog = await ann.presses(question, 'Yes, that was me').dialog;
    await dialog.submits('rebooting');
    const permission = await ann.awaits('May I do that now?', SLOW);
    await ann.presses(permission, 'Yes, send the push').acknowledged;
    const prompt = await duo.user('ann').awaitsPrompt();
    expect(prompt.info.map(({ text }) => text).join()).toContain('sudo on web-1');
    await duo.user('ann').approves();
    await ann.awaits('is settled', SLOW);

    // As the README has a newcomer try it.
    ann.types('test');
    await ann.awaits(/You asked me for a test[\s\S]*Did you do this\?/, SLOW);
    ann.types('no, not me');
    await slack.channel('security').awaits(/^ann: Test alert \(denied\)[\s\S]*not me/, SLOW);
    await ann.awaits(/look into Test alert/, SLOW);
    bot.signal('SIGTERM');
    const { code, stdout, stderr } = await bot.ended;

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const lines = stderr.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(SCREEN);
    expect(lines.filter((line) => JSON.parse(line).level > 30)).toEqual([]);
    for (const secret of [slack.botToken, slack.appToken, duo.secretKey]) expect(stderr).not.toContain(secret);
    expect(await alertsOf(await lookInto(options.database), 'ann')).toEqual(
      expect.arrayContaining([
        { title: 'sudo', status: 2, comment: 'rebooting', performed: 1, authenticated: 1 },
        { title: 'Test alert', status: 2, comment: 'not me', performed: 0, authenticated: 0 },
      ]),
    );
    expect([...slack.violations, ...duo.violations]).toEqual([]);
  });

  test('two replicas: what is typed reaches both, and is one answer', async () => {
    const { slack, duo, options } = await createCompany(await create());
    const ann = slack.person('ann');
    const bots = [start(['start'], options), start(['start'], options)];
    for (const bot of bots) await bot.logs('securitybot is running');
    await slack.until(() => slack.connections.length === 4, 'four connections', SLOW);

    await (await connectDetector(options.database, true)).write(detect({ title: 'sudo' }));
    await ann.awaits('Did you do this?', SLOW);
    for (const [text, answer] of [
      ['yes, rebooting', 'May I do that now?'],
      ['yes', 'A push is on its way'],
    ] as const) {
      const { eventId, acknowledged } = ann.types(text);
      await acknowledged;
      // Each has two connections, and events go to all in turn.
      slack.faults.redeliver({ eventId, times: 4, to: 'any' });
      await ann.awaits(answer, SLOW);
    }
    await duo.user('ann').awaitsPrompt();
    await duo.user('ann').approves();
    await ann.awaits('is settled', SLOW);
    for (const bot of bots) bot.signal('SIGTERM');
    expect((await Promise.all(bots.map(({ ended }) => ended))).map(({ code }) => code)).toEqual([0, 0]);
    expect(new Set(slack.deliveries.map(({ connection }) => connection)).size).toBe(4);
    expect(ann.reads().map(({ edited }) => edited)).toEqual([true, true, false, false]);
    expect(duo.user('ann').prompts()).toHaveLength(1);
    expect([...slack.violations, ...duo.violations]).toEqual([]);
  });
});

/** A way to get it wrong: what it changes, and what is said of it. */
interface Mistake {
  readonly what: string;
  readonly make?: (company: Company) => unknown;
  readonly env?: (company: Company) => Readonly<Record<string, string>>;
  readonly says: RegExp;
}

const flip = (secret: string) => secret.replace(/.$/, (last) => (last === 'x' ? 'y' : 'x'));

const IN_SLACK: readonly Mistake[] = [
  {
    what: 'a missing scope',
    make: ({ slack }) => slack.faults.removeScope('im:history'),
    says: /the scope im:history is missing, .*\. Add it under OAuth & Permissions, and install the app again\./,
  },
  {
    what: 'a wrong bot token',
    env: ({ slack }) => ({ SLACK_BOT_TOKEN: flip(slack.botToken) }),
    says: /invalid_auth\. Copy the token again/,
  },
  {
    what: 'a revoked bot token',
    make: ({ slack }) => slack.faults.revokeToken('bot'),
    says: /token_revoked\. The token was revoked\. Install the app again/,
  },
  {
    what: 'a wrong app-level token',
    env: ({ slack }) => ({ SLACK_APP_TOKEN: flip(slack.appToken) }),
    says: /apps\.connections\.open, with the app-level token: invalid_auth\. Copy the token again/,
  },
  {
    what: 'a revoked app-level token',
    make: ({ slack }) => slack.faults.revokeToken('app'),
    says: /apps\.connections\.open, with the app-level token: token_revoked\. The token was revoked/,
  },
  {
    what: 'a reporting channel without the bot',
    make: ({ slack }) => slack.channel('security').removesBot(),
    says: /the bot is in no channel named "#security"\. Invite the bot \(type \/invite/,
  },
  {
    what: 'the same, named by its id',
    make: ({ slack }) => slack.channel('security').removesBot(),
    env: ({ slack }) => ({ SECURITYBOT_REPORTING_CHANNEL: slack.channel('security').id }),
    says: /the reporting channel "C\w+" is without the bot\. Type \/invite/,
  },
];

const IN_DUO: readonly Mistake[] = [
  {
    what: 'a wrong secret key',
    env: ({ duo }) => ({ DUO_SECRET_KEY: flip(duo.secretKey) }),
    says: /does not accept the signature \(40103 .*\); copy the secret key \(DUO_SECRET_KEY\)/,
  },
  {
    what: 'a wrong integration key',
    env: ({ duo }) => ({ DUO_INTEGRATION_KEY: flip(duo.integrationKey) }),
    says: /does not know the integration key \(40102 .*\); copy the integration key/,
  },
  {
    what: 'another authority',
    env: () => ({ DUO_CA_FILE: '' }),
    says: /is signed by an authority that is not trusted here \(\w+\); .*\(DUO_CA_FILE\)/,
  },
];

describe('a set-up that is wrong is told at the start, and the doctor says the same', () => {
  async function attempt({ make, env }: Mistake) {
    const company = await createCompany(newDatabase());
    make?.(company);
    const options = { ...company.options, env: { ...company.options.env, ...env?.(company) } };
    expect((await run(['migrate'], { database: options.database })).code).toBe(0);
    const doctor = await run(['doctor'], options);
    expect(doctor.code).toBe(1);
    return { options, doctor: doctor.stdout };
  }

  test.each(IN_SLACK)('Slack: $what', async (mistake) => {
    const { options, doctor } = await attempt(mistake);
    const { code, stderr } = await run(['start'], options);
    expect(code).toBe(1);
    expect(stderr).toMatch(mistake.says);
    const [, said = 'nothing'] = /^securitybot: slack: (.*)$/m.exec(stderr) ?? [];
    expect(doctor.split(/^fail +chat +Slack: /m)[1]?.split('\n')[0]).toBe(said);
  });

  test.each(IN_DUO)('Duo: $what', async (mistake) => {
    const { options, doctor } = await attempt(mistake);
    const bot = start(['start'], options); // Duo may be mended while it runs: what needs it goes to the security team
    await bot.logs('securitybot is running');
    await expect.poll(() => bot.stderr(), { timeout: 30_000 }).toMatch(mistake.says);
    bot.signal('SIGTERM');
    expect((await bot.ended).code).toBe(0);
    const [, said = 'nothing'] = /"level":50,.*"plugin":"duo","msg":(".*")\}/.exec(bot.stderr()) ?? [];
    expect(doctor.split(/^fail +auth +Duo: /m)[1]?.split('\n')[0]).toBe(JSON.parse(said));
  });
});
