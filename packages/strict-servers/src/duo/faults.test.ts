import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, push } from './fixtures/client.js';
import { createDuoServer } from './server.js';
import type { DuoServer } from './types.js';

let server: DuoServer;
beforeEach(async () => {
  server = await createDuoServer();
});
afterEach(() => server.close());

const check = (signal?: AbortSignal) => call(server, 'GET', '/auth/v2/check', {}, signal ? { signal } : {});

test('a fault is for one request, of its path and its user, unless told otherwise', async () => {
  server.faults.answer(503);
  expect((await check()).status).toBe(503);
  expect((await check()).status).toBe(200);
  server.faults.answer(502, { path: '/auth/v2/preauth', username: 'ann', times: 2 });
  const of = async (username: string) => (await call(server, 'POST', '/auth/v2/preauth', { username })).status;
  expect([await check().then(({ status }) => status), await of('bob'), await of('ann')]).toEqual([200, 200, 502]);
  expect([await of('ann'), await of('ann')]).toEqual([502, 200]);
  server.faults.answer(500, { times: Number.POSITIVE_INFINITY });
  for (let i = 0; i < 3; i += 1) expect((await check()).status).toBe(500);
  server.faults.mend();
  expect((await check()).status).toBe(200);
});

test('wrong answers of HTTP', async () => {
  server.faults.answer('html');
  expect(await check()).toMatchObject({ status: 200, text: expect.stringContaining('<h1>') });
  server.faults.answer('redirect');
  expect(await check()).toMatchObject({ status: 302, headers: { location: '/auth/v2/elsewhere' } });
  server.faults.answer('cut-off');
  await expect(check()).rejects.toThrow('aborted');
  server.faults.answer('reset');
  await expect(check()).rejects.toThrow('hang up');
  server.faults.answer('garbage');
  await expect(check()).rejects.toThrow('Parse Error');
  server.faults.send('{"stat": 1}');
  expect((await check()).json.stat).toBe(1);
  server.faults.respond({ time: '1' });
  expect((await check()).json).toEqual({ stat: 'OK', response: { time: '1' } });
  server.faults.refuse(40103, { message: 'x', detail: 'y' });
  expect(await check()).toMatchObject({
    status: 401,
    text: '{"stat":"FAIL","code":40103,"message":"x","message_detail":"y"}',
  });
});

test.each(['silence', 'drip', 'huge'] as const)('an answer that never ends: %s', async (how) => {
  server.faults.answer(how);
  const gone = new AbortController();
  let ended = false;
  const answer = check(gone.signal).finally(() => {
    ended = true;
  });
  answer.catch(() => undefined);
  await server.until(() => server.calls.length === 1, 'the request');
  expect((await check()).status).toBe(200); // others are served meanwhile
  expect(ended).toBe(false);
  gone.abort();
  await expect(answer).rejects.toThrow('aborted');
});

test('429, with Retry-After as seconds, as a date, and without', async () => {
  server.faults.rateLimit();
  expect((await check()).headers['retry-after']).toBeUndefined();
  expect((await check()).status).toBe(200);
  expect(server.violations).toEqual([]);
  server.faults.rateLimit({ retryAfter: 1000 });
  expect(await check()).toMatchObject({ status: 429, headers: { 'retry-after': '1000' }, json: { code: 42901 } });
  await check();
  server.faults.mend();
  expect(server.violations).toMatchObject([{ rule: 'ignored-retry-after' }]);
  const date = new Date(Date.now() + 60_000).toUTCString();
  server.faults.rateLimit({ retryAfter: date });
  expect((await check()).headers['retry-after']).toBe(date);
  await check();
  expect(server.violations).toHaveLength(2);
});

test('what was asked is done, and its answer is lost', async () => {
  const ann = server.addUser('ann');
  server.faults.answer('reset', { path: '/auth/v2/auth', done: true });
  await expect(push(server, 'ann')).rejects.toThrow('hang up');
  expect(ann.prompts()).toHaveLength(1);
  server.faults.answer('reset', { path: '/auth/v2/auth' });
  await expect(push(server, 'ann')).rejects.toThrow('hang up');
  expect(ann.prompts()).toHaveLength(1);
});

test('slow, and then mended', async () => {
  server.faults.delay(30);
  const began = performance.now();
  await check();
  expect(performance.now() - began).toBeGreaterThan(25);
  server.faults.delay(0);
  expect((await check()).status).toBe(200);
});

test('pushes are forgotten on demand', async () => {
  server.addUser('ann');
  const txid = await push(server, 'ann');
  server.faults.forgetPushes();
  expect((await call(server, 'GET', '/auth/v2/auth_status', { txid })).json).toMatchObject({ code: 40002 });
});
