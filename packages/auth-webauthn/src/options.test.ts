import { openDatabase } from '@securitybot/sql';
import { expect, test } from 'vitest';
import { createWebauthnAuth } from './auth.js';

const database = await openDatabase('sqlite::memory:');

test.each(['https://bot.example', 'https://bot.example:8443/', 'http://localhost:8888', 'http://bot.localhost'])(
  'an origin may be %s',
  (origin) => {
    expect(createWebauthnAuth({ database, origin }).name).toBe('webauthn');
  },
);

test.each([
  ['bot.example', 'no URL'],
  ['http://bot.example', 'not https'],
  ['https://192.0.2.1', 'an address'],
  ['https://[2001:db8::1]', 'an address'],
  ['http://127.0.0.1:8888', 'not https'],
  ['https://bot.example/passkey', 'more than scheme, host and port'],
  ['https://user@bot.example', 'more than scheme, host and port'],
])('an origin cannot be %s', (origin, why) => {
  const make = () => createWebauthnAuth({ database, origin });
  expect(make).toThrow(expect.objectContaining({ code: 'BAD_CREDENTIALS', message: expect.stringContaining(why) }));
});

test.each([
  [{ path: 'passkey' }, 'the path'],
  [{ path: '/' }, 'the path'],
  [{ path: '/a b' }, 'the path'],
  [{ linkMs: 0 }, 'a link'],
  [{ linkMs: Number.NaN }, 'a link'],
  [{ matureMs: -1 }, 'a passkey'],
])('%j is refused', (more, why) => {
  expect(() => createWebauthnAuth({ database, origin: 'https://bot.example', ...more })).toThrow(why);
});
