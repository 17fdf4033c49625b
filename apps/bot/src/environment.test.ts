import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEnvironment, surveyEnvironment } from './environment.js';
import { ENVIRONMENT_HELP, misspelt } from './variables.js';

const SLACK = {
  SLACK_BOT_TOKEN: 'xoxb-secret',
  SLACK_APP_TOKEN: 'xapp-secret',
  SECURITYBOT_REPORTING_CHANNEL: '#alerts',
};
const ZULIP = {
  ZULIP_URL: 'https://example.zulipchat.com',
  ZULIP_EMAIL: 'bot@example.zulipchat.com',
  ZULIP_API_KEY: 'zulip-secret',
  SECURITYBOT_REPORTING_CHANNEL: 'security>alerts',
};
const DUO = {
  DUO_INTEGRATION_KEY: 'DI-secret',
  DUO_SECRET_KEY: 'secret',
  DUO_API_HOST: 'api-1.duosecurity.com',
};

describe('the environment', () => {
  test('nothing set: the embedded defaults', () => {
    const environment = readEnvironment({});
    expect(environment).toMatchObject({
      databaseUrl: 'sqlite:securitybot.db',
      reportingChannel: '#security',
      logLevel: 'warn',
    });
    expect(existsSync(environment.configPath)).toBe(true);
    expect(environment.terminalUser).not.toBe('');
  });

  test('what is set counts, blanks do not', () => {
    expect(
      readEnvironment({
        SECURITYBOT_DATABASE_URL: ' mysql://localhost/x ',
        SECURITYBOT_REPORTING_CHANNEL: '  ',
        SECURITYBOT_TERMINAL_USER: 'ann',
        SECURITYBOT_CONFIG: 'my.yaml',
        SECURITYBOT_LOG_LEVEL: 'DEBUG',
        SECURITYBOT_HTTP_PORT: '99',
      }),
    ).toEqual({
      databaseUrl: 'mysql://localhost/x',
      reportingChannel: '#security',
      terminalUser: 'ann',
      configPath: 'my.yaml',
      logLevel: 'debug',
      owner: expect.stringMatching(/./),
      calledAs: 'securitybot',
      frontend: { host: '127.0.0.1', port: 99, proxies: [] },
    });
  });

  test('health and metrics are served where a port is given, on this machine alone unless said otherwise', () => {
    expect(readEnvironment({}).metrics).toBeUndefined();
    expect(readEnvironment({ SECURITYBOT_METRICS_PORT: '0' }).metrics).toEqual({ port: 0, host: '127.0.0.1' });
    expect(readEnvironment({ SECURITYBOT_METRICS_PORT: '9464', SECURITYBOT_METRICS_HOST: '0.0.0.0' }).metrics).toEqual({
      port: 9464,
      host: '0.0.0.0',
    });
  });

  test('a wrong level names the ones there are', () => {
    expect(() => readEnvironment({ SECURITYBOT_LOG_LEVEL: 'loud' })).toThrow(/"loud"\. Use one of fatal, error/);
  });

  test('Slack and Duo, with the people of a domain', () => {
    expect(readEnvironment({ ...SLACK, ...DUO, SECURITYBOT_EMAIL_DOMAIN: ' Example.com ' })).toMatchObject({
      slack: { botToken: 'xoxb-secret', appToken: 'xapp-secret' },
      duo: { integrationKey: 'DI-secret', secretKey: 'secret', host: 'api-1.duosecurity.com' },
      reportingChannel: '#alerts',
      emailDomain: 'example.com',
      logLevel: 'info',
    });
    expect(
      readEnvironment({
        ...SLACK,
        ...DUO,
        SLACK_API_URL: 'http://127.0.0.1:1/api/',
        DUO_API_HOST: 'localhost:8443',
        DUO_CA_FILE: 'ca.pem',
      }),
    ).toMatchObject({
      slack: { apiUrl: 'http://127.0.0.1:1/api/' },
      duo: { host: 'localhost:8443', caFile: 'ca.pem' },
    });
  });

  test('Zulip, with an authority of its own', () => {
    expect(readEnvironment({ ...ZULIP, ...DUO, ZULIP_CA_FILE: 'ca.pem' })).toMatchObject({
      zulip: {
        site: 'https://example.zulipchat.com',
        email: 'bot@example.zulipchat.com',
        apiKey: 'zulip-secret',
        caFile: 'ca.pem',
      },
      reportingChannel: 'security>alerts',
      logLevel: 'info',
    });
  });

  test('a real chat with the demo factor only where somebody says so', () => {
    expect(() => readEnvironment(SLACK)).toThrow(/no second factor.*SECURITYBOT_DEMO_AUTH=1/);
    expect(readEnvironment({ ...SLACK, SECURITYBOT_DEMO_AUTH: '1' }).duo).toBeUndefined();
    expect(() => readEnvironment(ZULIP)).toThrow(/^Zulip is set.*no second factor/);
    const origin = 'https://bot.example';
    expect(readEnvironment({ ...ZULIP, SECURITYBOT_PASSKEY_ORIGIN: origin })).toMatchObject({
      passkeys: { origin },
      frontend: { origin },
    });
    // As it is copied from an address bar; and so beside an SECURITYBOT_HTTP_ORIGIN that is written so.
    const copied = { ...ZULIP, SECURITYBOT_PASSKEY_ORIGIN: `${origin}/`, SECURITYBOT_HTTP_ORIGIN: `${origin}/` };
    expect(readEnvironment(copied)).toMatchObject({ passkeys: { origin }, frontend: { origin } });
    const trial = { SECURITYBOT_PASSKEY_ORIGIN: origin, SECURITYBOT_PASSKEY_DAYS: '0' };
    expect(readEnvironment(trial).passkeys).toEqual({ origin, matureMs: 0 });
  });

  test.each([
    [{ SLACK_BOT_TOKEN: 'xoxb-secret' }, /^SLACK_BOT_TOKEN set, but not SLACK_APP_TOKEN\./],
    [{ SLACK_APP_TOKEN: 'xapp-secret' }, /^SLACK_APP_TOKEN set, but not SLACK_BOT_TOKEN\./],
    [{ SLACK_API_URL: 'http://127.0.0.1' }, /^SLACK_API_URL .*needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN/],
    [{ ...SLACK, SLACK_BOT_TOKEN: 'xapp-secret' }, /^SLACK_BOT_TOKEN .*"xoxb-"/],
    [{ ...SLACK, SLACK_APP_TOKEN: 'xoxb-secret' }, /^SLACK_APP_TOKEN .*"xapp-"/],
    [{ ...SLACK, SLACK_API_URL: 'slack.com' }, /^SLACK_API_URL .*"slack\.com"/],
    [{ ...SLACK, ...DUO, SECURITYBOT_REPORTING_CHANNEL: '' }, /^SECURITYBOT_REPORTING_CHANNEL is not set/],
    [{ ...SLACK, ...ZULIP, ...DUO }, /^SLACK_BOT_TOKEN and ZULIP_URL are both set.*Unset/],
    [{ ...ZULIP, ZULIP_EMAIL: '' }, /^ZULIP_URL and ZULIP_API_KEY set, but not ZULIP_EMAIL\. .*zuliprc/],
    [{ ...ZULIP, ZULIP_URL: 'example.zulipchat.com' }, /^ZULIP_URL .*"example\.zulipchat\.com" is no address/],
    [{ ...ZULIP, ZULIP_EMAIL: 'bot' }, /^ZULIP_EMAIL .*"bot" is no e-mail/],
    [{ ZULIP_CA_FILE: 'ca.pem' }, /^ZULIP_CA_FILE .*needs ZULIP_URL/],
    [{ ...ZULIP, ...DUO, SECURITYBOT_REPORTING_CHANNEL: '' }, /^SECURITYBOT_REPORTING_CHANNEL .*security>alerts/],
    [
      { DUO_SECRET_KEY: 'secret', DUO_API_HOST: 'x' },
      /^DUO_SECRET_KEY and DUO_API_HOST set, but not DUO_INTEGRATION_KEY/,
    ],
    [{ DUO_CA_FILE: 'ca.pem' }, /^DUO_CA_FILE .*needs DUO_INTEGRATION_KEY/],
    [{ ...DUO, DUO_API_HOST: 'https://api-1.duosecurity.com/' }, /^DUO_API_HOST .*is no host/],
    [{ ...DUO, SECURITYBOT_DEMO_AUTH: '1' }, /^SECURITYBOT_DEMO_AUTH .*Duo is set, too/],
    [{ ...DUO, SECURITYBOT_PASSKEY_ORIGIN: 'https://bot.example' }, /^SECURITYBOT_PASSKEY_ORIGIN .*Duo is set, too/],
    [
      { SECURITYBOT_DEMO_AUTH: '1', SECURITYBOT_PASSKEY_ORIGIN: 'https://bot.example' },
      /^SECURITYBOT_DEMO_AUTH .*passkeys are set, too/,
    ],
    [
      { SECURITYBOT_PASSKEY_ORIGIN: 'https://bot.example', SECURITYBOT_HTTP: 'off' },
      /^SECURITYBOT_PASSKEY_ORIGIN .*SECURITYBOT_HTTP is off/,
    ],
    [
      { SECURITYBOT_PASSKEY_ORIGIN: 'https://bot.example', SECURITYBOT_HTTP_ORIGIN: 'https://www.example' },
      /^SECURITYBOT_PASSKEY_ORIGIN .*SECURITYBOT_HTTP_ORIGIN says/,
    ],
    [{ SECURITYBOT_PASSKEY_DAYS: '3' }, /^SECURITYBOT_PASSKEY_DAYS .*needs SECURITYBOT_PASSKEY_ORIGIN/],
    [
      { SECURITYBOT_PASSKEY_ORIGIN: 'https://bot.example', SECURITYBOT_PASSKEY_DAYS: 'two' },
      /^SECURITYBOT_PASSKEY_DAYS .*no number of days/,
    ],
    [{ SECURITYBOT_DEMO_AUTH: 'yes' }, /^SECURITYBOT_DEMO_AUTH .*it is 1, or not set/],
    [{ SECURITYBOT_METRICS_PORT: '65536' }, /^SECURITYBOT_METRICS_PORT .*"65536" is no port/],
    [{ SECURITYBOT_METRICS_PORT: 'http' }, /^SECURITYBOT_METRICS_PORT .*"http" is no port/],
    [{ SECURITYBOT_METRICS_HOST: '0.0.0.0' }, /^SECURITYBOT_METRICS_HOST .*needs SECURITYBOT_METRICS_PORT/],
    [{ SECURITYBOT_EMAIL_DOMAIN: '@example.com' }, /^SECURITYBOT_EMAIL_DOMAIN .*"@example\.com" is no domain/],
  ])('%j is an error that says what to do, and no secret', (env: NodeJS.ProcessEnv, words) => {
    expect(() => readEnvironment(env)).toThrow(words);
    expect(() => readEnvironment(env)).not.toThrow(/-secret|secret"/);
  });

  test('all that is wrong is told at once', () => {
    const swapped = { ...SLACK, SLACK_BOT_TOKEN: 'xapp-secret', SLACK_APP_TOKEN: 'xoxb-secret' };
    const { problems, isChatReadable } = surveyEnvironment({ ...swapped, SECURITYBOT_LOG_LEVEL: 'loud' });
    expect(problems.map((each) => each.split(' ')[0])).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'Slack',
      'SECURITYBOT_LOG_LEVEL',
    ]);
    expect(isChatReadable).toBe(false);
    expect(() => readEnvironment(swapped)).toThrow(/SLACK_BOT_TOKEN .*\nSLACK_APP_TOKEN .*\nSlack is set/);
  });

  test('what is right can be used, whatever else is wrong', () => {
    const { environment, ...survey } = surveyEnvironment({ ...SLACK, SECURITYBOT_HTTP_PORT: 'x' });
    expect(environment.slack).toEqual({ botToken: 'xoxb-secret', appToken: 'xapp-secret' });
    expect(survey).toMatchObject({ isChatReadable: true, isAuthReadable: false });
    expect(survey.problems).toHaveLength(2);
    const { isChatReadable } = surveyEnvironment({ ...SLACK, SECURITYBOT_REPORTING_CHANNEL: '' });
    expect(isChatReadable).toBe(false);
    expect(surveyEnvironment({ ...DUO, SECURITYBOT_LOG_LEVEL: 'loud' }).isAuthReadable).toBe(true);
  });

  test('a name that is nearly that of a variable is told, and no other', () => {
    expect(misspelt({ SECURITYBOT_DATABSE_URL: 'x', SECURITYBOT_PORT: 'tcp://10.0.0.1', OTHER: 'x' })).toEqual([
      'SECURITYBOT_DATABSE_URL is no variable of the bot, and is not read. Is SECURITYBOT_DATABASE_URL meant?',
    ]);
    expect(misspelt({ SECURITYBOT_HTTP: 'off', SECURITYBOT_HTTP_PORT: '1', SECURITYBOT_CONFIG: 'x' })).toEqual([]);
  });

  test('--help names every variable that is read', () => {
    const read: string[] = [];
    readEnvironment(new Proxy({}, { get: (_, name) => void read.push(String(name)) }));
    for (const name of read) expect(ENVIRONMENT_HELP).toContain(name);
  });
});
