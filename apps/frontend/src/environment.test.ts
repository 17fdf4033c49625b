import { describe, expect, test } from 'vitest';
import { readFrontendSettings } from './environment.js';

const OIDC = {
  SECURITYBOT_OIDC_ISSUER: 'https://login.example.com',
  SECURITYBOT_OIDC_CLIENT_ID: 'bot',
  SECURITYBOT_OIDC_CLIENT_SECRET: 'hunter2',
};

describe('the environment', () => {
  test('says nothing: loopback, port 8888', () => {
    expect(readFrontendSettings({})).toEqual({ host: '127.0.0.1', port: 8888, proxies: [] });
  });

  test('switches it off', () => expect(readFrontendSettings({ SECURITYBOT_HTTP: 'off' })).toBeUndefined());

  test('says everything', () => {
    const env = {
      ...OIDC,
      SECURITYBOT_HTTP_HOST: '0.0.0.0',
      SECURITYBOT_HTTP_PORT: '443',
      SECURITYBOT_HTTP_ORIGIN: 'https://bot.example.com/',
      SECURITYBOT_HTTP_PROXIES: '10.0.0.5, fd00::/8',
      SECURITYBOT_OIDC_ADMINS: 'security, oncall',
      SECURITYBOT_OIDC_GROUPS_CLAIM: 'roles',
    };
    expect(readFrontendSettings(env)).toEqual({
      host: '0.0.0.0',
      port: 443,
      origin: 'https://bot.example.com',
      proxies: ['10.0.0.5', 'fd00::/8'],
      oidc: {
        issuer: 'https://login.example.com',
        clientId: 'bot',
        clientSecret: 'hunter2',
        admins: ['security', 'oncall'],
        viewers: [],
        groupsClaim: 'roles',
      },
    });
  });

  test.each([
    [{ SECURITYBOT_HTTP: 'no' }, /SECURITYBOT_HTTP cannot be used: it is "off", or not set/],
    [{ SECURITYBOT_HTTP_PORT: '70000' }, /SECURITYBOT_HTTP_PORT .* 0 to 65535/],
    [{ SECURITYBOT_HTTP_HOST: '0.0.0.0' }, /SECURITYBOT_HTTP_HOST is 0\.0\.0\.0, .*TLS_CERT.*PROXIES.*127\.0\.0\.1/],
    [{ SECURITYBOT_HTTP_HOST: 'bot.example.com' }, /nothing keeps what passes secret/],
    [{ SECURITYBOT_HTTP_HOST: '::' }, /nothing keeps what passes secret/],
    [{ SECURITYBOT_HTTP_HOST: '0.0.0.0', SECURITYBOT_HTTP_PROXIES: '10.0.0.1' }, /Set SECURITYBOT_HTTP_ORIGIN/],
    [
      { SECURITYBOT_HTTP_HOST: '0.0.0.0', SECURITYBOT_HTTP_PROXIES: '10.0.0.1', SECURITYBOT_HTTP_ORIGIN: 'http://a.b' },
      /Set SECURITYBOT_HTTP_ORIGIN/,
    ],
    [{ SECURITYBOT_HTTP_PROXIES: 'proxy' }, /SECURITYBOT_HTTP_PROXIES .*10\.0\.0\.5/],
    [{ SECURITYBOT_HTTP_PROXIES: '10.0.0.0/33' }, /SECURITYBOT_HTTP_PROXIES/],
    [{ SECURITYBOT_HTTP_ORIGIN: 'bot.example.com' }, /SECURITYBOT_HTTP_ORIGIN .*https:\/\//],
    [{ SECURITYBOT_HTTP_ORIGIN: 'https://bot.example.com/path' }, /SECURITYBOT_HTTP_ORIGIN/],
    [{ SECURITYBOT_HTTP_TLS_CERT: '/x' }, /belong together/],
    [{ SECURITYBOT_HTTP_TLS_CERT: '/x', SECURITYBOT_HTTP_TLS_KEY: '/y' }, /SECURITYBOT_HTTP_TLS_CERT cannot be read/],
    [{ ...OIDC }, /Nobody could sign in/],
    [{ ...OIDC, SECURITYBOT_OIDC_CLIENT_SECRET: '' }, /SECURITYBOT_OIDC_CLIENT_SECRET/],
    [{ ...OIDC, SECURITYBOT_OIDC_ISSUER: 'http://login.example.com' }, /SECURITYBOT_OIDC_ISSUER .*https/],
  ])('%j is refused, with the way out', (env, message) => {
    const attempt = () => readFrontendSettings(env);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/hunter2/);
  });
});
