import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openDatabase } from './database.js';
import { mysqlOptions } from './engines/mysql-options.js';
import { redact } from './url.js';

test.each([
  ['mysql://ann:s3cret@db.example.com:3307/bot?ssl=true', 'mysql://ann@db.example.com:3307/bot'],
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
  ['mysql://h/bot?ssl-ca=/nowhere/ca.pem', 'ssl-ca=/nowhere/ca.pem of the database URL: that file cannot be read'],
  ['mysql://h/bot?multipleStatements=true', 'the option "multipleStatements=true"; there are ssl=true'],
])('%s is refused, and no password shown', async (url, message) => {
  const refusal = openDatabase(url);
  await expect(refusal).rejects.toMatchObject({ code: 'REJECTED', message: expect.stringContaining(message) });
  await expect(refusal).rejects.not.toMatchObject({ message: expect.stringMatching(/cret/) });
});

test('TLS that the server does not speak is a matter of configuration', async () => {
  const server = createServer((socket) => socket.end('N')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(openDatabase(`postgres://127.0.0.1:${port}/bot?sslmode=verify-full`)).rejects.toMatchObject({
    code: 'BAD_CREDENTIALS',
    message: expect.stringContaining('does not support SSL'),
  });
  server.close();
});

test('the parts of a MySQL URL', () => {
  const url = new URL('mysql://a%40b:p%23%2F@[::1]:3307/bot?ssl=true&socket=/run/mysqld.sock');
  expect(mysqlOptions(url)).toMatchObject({
    host: '::1',
    port: 3307,
    user: 'a@b',
    password: 'p#/',
    database: 'bot',
    ssl: {},
    socketPath: '/run/mysqld.sock',
    multipleStatements: false,
  });
});
