import { PluginError } from '@securitybot/core';
import { expect, test } from 'vitest';
import { toPluginError } from './errors.js';

const error = (facts: object, message = 'said so') => Object.assign(new Error(message), facts);

test.each([
  [{ code: 'ECONNREFUSED' }, true],
  [{ code: 'ECONNRESET' }, false],
  [{ code: 'PROTOCOL_CONNECTION_LOST' }, false],
  [{ code: '57P01' }, false],
  [{ code: '08006' }, false],
  [{ code: 'ER_CON_COUNT_ERROR', errno: 1040 }, false],
  [{ code: 'ER_UNKNOWN_COM_ERROR', errno: 1047 }, false],
  [{ code: '25006' }, true],
  [{ code: 'ER_OPTION_PREVENTS_STATEMENT', errno: 1290 }, true],
  [{ code: '40P01' }, true],
  [{ code: '40001' }, true],
  [{ code: '57014' }, true],
  [{ code: 'ER_STATEMENT_TIMEOUT', errno: 1969 }, true],
  [{ code: 'ER_QUERY_TIMEOUT', errno: 3024 }, true],
  [{ code: 'ETIMEDOUT' }, false],
  [{ code: 'ER_LOCK_DEADLOCK', errno: 1213 }, true],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 5 }, true],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 261 }, true],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 13 }, false],
])('%j: unavailable; nothing was done: %j', (facts, notSent) => {
  const cause = error(facts);
  const made = toPluginError(cause, 'tasker-sql: saving');
  expect(made).toMatchObject({ code: 'UNAVAILABLE', notSent, cause });
  expect(String(made)).toContain('tasker-sql: saving: said so. ');
});

test('a server that takes no writes is not said to be away', () => {
  const made = toPluginError(error({ code: '25006' }), 'sql: saving');
  expect(String(made)).toContain('The server takes no writes: a fail-over is under way, or the database URL');
});

test.each([
  [{ code: 'ER_ACCESS_DENIED_ERROR', errno: 1045 }],
  [{ code: 'ER_BAD_DB_ERROR', errno: 1049 }],
  [{ code: '28P01' }],
  [{ code: '3D000' }],
  [{ code: '42501' }],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 14 }],
])('%j: refused', (facts) => {
  expect(toPluginError(error(facts), 'sql: opening')).toMatchObject({ code: 'BAD_CREDENTIALS' });
});

test('a connection that is lost without a code', () => {
  const made = toPluginError(error({}, 'Connection terminated unexpectedly'), 'sql: reading');
  expect(made).toMatchObject({ code: 'UNAVAILABLE', notSent: false });
});

test('several addresses, none of which answers', () => {
  const refused = new AggregateError([error({}, 'no ::1'), error({}, 'no 127.0.0.1')], '');
  const made = toPluginError(Object.assign(refused, { code: 'ECONNREFUSED' }), 'sql: opening');
  expect(String(made)).toContain('sql: opening: no ::1, no 127.0.0.1.');
});

test.each([
  error({ code: 'ER_DUP_ENTRY', errno: 1062 }),
  error({ code: '23505' }),
  error({ code: 'ERR_SQLITE_ERROR', errcode: 1555 }),
  new TypeError('a mistake of ours'),
  new PluginError('REJECTED', 'said before'),
  'a string',
  undefined,
  null,
])('%s stays as it is', (thrown) => {
  expect(toPluginError(thrown, 'sql: reading')).toBe(thrown);
});
