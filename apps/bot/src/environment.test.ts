import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ENVIRONMENT_HELP, readEnvironment } from './environment.js';

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
      }),
    ).toEqual({
      databaseUrl: 'mysql://localhost/x',
      reportingChannel: '#security',
      terminalUser: 'ann',
      configPath: 'my.yaml',
      logLevel: 'debug',
    });
  });

  test('a wrong level names the ones there are', () => {
    expect(() => readEnvironment({ SECURITYBOT_LOG_LEVEL: 'loud' })).toThrow(/"loud"\. Use one of fatal, error/);
  });

  test.each(['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'DUO_INTEGRATION_KEY', 'DUO_SECRET_KEY', 'DUO_API_HOST'])(
    '%s is not ignored in silence, and its value not shown',
    (name) => {
      expect(() => readEnvironment({ [name]: 'xoxb-secret' })).toThrow(new RegExp(`^${name} is set, (?!.*xoxb)`));
    },
  );

  test('--help names every variable that is read', () => {
    const read: string[] = [];
    readEnvironment(new Proxy({}, { get: (_, name) => void read.push(String(name)) }));
    for (const name of read.filter((each) => each.startsWith('SECURITYBOT_'))) expect(ENVIRONMENT_HELP).toContain(name);
  });
});
