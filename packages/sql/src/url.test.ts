import { expect, test } from 'vitest';
import { openDatabase } from './database.js';
import { mysqlOptions } from './engines/mysql-options.js';
import { postgresOptions } from './engines/postgres.js';
import { readServerUrl } from './engines/server-options.js';
import { redact } from './url.js';

test.each([
  ['mysql://ann:s3cret@db.example.com:3307/bot?pool=5', 'mysql://ann@db.example.com:3307/bot'],
  ['postgres://ann:s3cret@h/bot?password=s3cret', 'postgres://ann@h/bot'],
  ['mysql://ann:s3/cret@h/bot', 'mysql://…'],
  ['sqlite:bot.db', 'sqlite:bot.db'],
])('%s is shown as %s', (url, shown) => {
  expect(redact(url)).toBe(shown);
});

test.each([
  ['', 'is no database URL. Use sqlite:PATH'],
  ['bot.db', 'is no database URL'],
  ['oracle://ann:s3cret@h/bot', '"oracle://ann@h/bot" is no database URL'],
  ['mysql://ann:s3/cret@h/bot', 'write special characters as %XX'],
  ['postgres://ann:12#s3cret@h/bot', '# is %23'],
  [
    'mysql://h/bot?multipleStatements=true',
    'mysql://h/bot has the option "multipleStatements"; there are pool, timeout,',
  ],
  ['postgres://h/bot?password=s3cret', 'postgres://h/bot has the option "password"; there are pool, timeout, sslmode,'],
  ['mysql://h/bot?pool=5&pool=6', 'has the option pool more than once'],
  ['mysql://h/bot?pool=0', 'pool=0; give the number of connections of a process, from 1 to 1000'],
  ['postgres://h/bot?pool=many', 'pool=many; give the number'],
  ['postgres://h/bot?timeout=0', 'timeout=0; give how long a statement may take, from 100ms to 60m'],
  ['mysql://h/bot?timeout=2h', 'timeout=2h; give'],
  ['mysql://h/bot?sslmode=require', 'sslmode=require; there are verify-full, which is encrypted and makes sure'],
  [
    'mysql://h/bot?sslrootcert=/nowhere/ca.pem',
    'sslrootcert=/nowhere/ca.pem of the database URL: that file cannot be read',
  ],
  ['postgres://h/bot?sslmode=disable&sslrootcert=ca.pem', 'sslmode=disable and files for TLS'],
  ['postgres://h/bot?sslcert=bot.pem', 'only one of sslcert=FILE and sslkey=FILE'],
  ['mysql://127.0.0.1/bot?sslmode=verify-full', 'give the name that stands in the certificate'],
  ['mysql://[::1]/bot?sslmode=verify-full', 'give the name that stands in the certificate'],
  ['mysql:///bot?sslmode=verify-full', 'give the name that stands in the certificate'],
])('%s is refused, and no password shown', async (url, message) => {
  const refusal = openDatabase(url);
  await expect(refusal).rejects.toMatchObject({ code: 'REJECTED', message: expect.stringContaining(message) });
  await expect(refusal).rejects.not.toMatchObject({ message: expect.stringMatching(/s3.?cret/) });
});

test('the parts of a MySQL URL', () => {
  const options = readServerUrl('mysql://a%40b:p%23%2F@[::1]:3307/bot?socket=/run/mysqld.sock&pool=3');
  expect(mysqlOptions(options)).toMatchObject({
    host: '::1',
    port: 3307,
    user: 'a@b',
    password: 'p#/',
    database: 'bot',
    connectionLimit: 3,
    socketPath: '/run/mysqld.sock',
    multipleStatements: false,
  });
  expect(mysqlOptions(options)).not.toHaveProperty('ssl');
  expect(mysqlOptions(readServerUrl('mysql://h/bot?sslmode=verify-full')).ssl).toEqual({ verifyIdentity: true });
});

test('the parts of a PostgreSQL URL', () => {
  const options = readServerUrl('postgres://a%40b:p%23%2F@[::1]:5433/bot?pool=3');
  const parts = { host: '::1', port: 5433, user: 'a@b', password: 'p#/', database: 'bot', max: 3, ssl: undefined };
  expect(postgresOptions(options)).toMatchObject(parts);
  const other = readServerUrl('postgres:///bot?socket=/run/postgresql&sslmode=disable');
  expect(postgresOptions(other)).toMatchObject({
    host: '/run/postgresql',
    port: undefined,
    user: undefined,
    ssl: false,
  });
  expect(postgresOptions(readServerUrl('postgres://h/bot?sslmode=verify-full')).ssl).toEqual({});
});

test.each([
  ['', 20_000],
  ['?timeout=1500', 1500],
  ['?timeout=1500ms', 1500],
  ['?timeout=45s', 45_000],
  ['?timeout=10m', 600_000],
])('postgres://h/bot%s: a statement may take %i ms', (options, ms) => {
  expect(readServerUrl(`postgres://h/bot${options}`).timeoutMs).toBe(ms);
});
