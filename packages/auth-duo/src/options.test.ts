import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { type DuoAuthOptions, readOptions } from './options.js';

const GOOD: DuoAuthOptions = {
  integrationKey: 'DIXXXXXXXXXXXXXXXXXX',
  secretKey: 'secret',
  host: 'api-1.duosecurity.com',
};

test('keys and host will do; the rest has defaults', () => {
  const settings = readOptions({ ...GOOD, secretKey: ' secret\n' });
  expect(settings).toMatchObject({
    secretKey: 'secret',
    hostname: 'api-1.duosecurity.com',
    port: 443,
    host: 'api-1.duosecurity.com',
    type: 'Securitybot',
    label: 'Alert',
    timeoutMs: 15_000,
    longPollMs: 5000,
  });
  expect(settings.ca.length).toBeGreaterThan(10); // those of the vendor's client
});

test.each([
  ['API-1.duosecurity.com', 'api-1.duosecurity.com', 443],
  ['api-1.duosecurity.com:443', 'api-1.duosecurity.com', 443],
  ['127.0.0.1:8443', '127.0.0.1:8443', 8443],
  [' localhost:1 ', 'localhost:1', 1],
])('the host %s', (host, header, port) => {
  expect(readOptions({ ...GOOD, host })).toMatchObject({ host: header, port });
});

test('authorities are PEM, one or many', () => {
  const [one = '', two = ''] = rootCertificates;
  expect(readOptions({ ...GOOD, ca: `# a comment\n${one}\n${two}` }).ca).toEqual([one, two]);
  expect(readOptions({ ...GOOD, ca: rootCertificates }).ca).toHaveLength(rootCertificates.length);
});

describe('what cannot be used is refused, with what to do', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
  test.each<[string, Partial<Record<keyof DuoAuthOptions, unknown>>, string]>([
    ['no integration key', { integrationKey: '' }, 'integrationKey is empty'],
    ['a key with a colon', { integrationKey: 'DI:1' }, 'integrationKey is not a key'],
    ['a secret key with a blank', { secretKey: 'to psecret' }, 'secretKey is not a key'],
    ['no secret key', { secretKey: undefined }, 'secretKey is empty'],
    ['a number', { secretKey: 5 }, 'secretKey is empty'],
    ['no host', { host: ' ' }, 'host is ""'],
    ['a URL', { host: 'https://api-1.duosecurity.com' }, 'without https://'],
    ['a path', { host: 'api-1.duosecurity.com/auth' }, 'without a path'],
    ['a login in the host', { host: 'x@api-1.duosecurity.com' }, 'host is'],
    ['a port that is none', { host: 'api-1.duosecurity.com:65536' }, 'host is'],
    ['two lines', { host: 'api-1.duosecurity.com\r\nx: y' }, 'host is'],
    ['no certificates', { ca: '' }, 'option ca'],
    ['a file name', { ca: '/etc/ssl/duo.pem' }, 'option ca'],
    ['broken certificates', { ca: pem }, 'option ca'],
    ['no time', { timeoutMs: 0 }, 'timeoutMs is 0'],
    ['a time that is none', { longPollMs: Number.NaN }, 'longPollMs is NaN'],
  ])('%s', (_, wrong, words) => {
    const read = () => readOptions({ ...GOOD, ...wrong } as DuoAuthOptions);
    expect(read).toThrow(expect.objectContaining({ name: 'PluginError', code: 'BAD_CREDENTIALS' }));
    expect(read).toThrow(words);
    expect(read).not.toThrow('psecret');
  });
});
