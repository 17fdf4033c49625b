import { expect, test } from 'vitest';
import { errorOf, startServer, webOf } from './fixtures/app.js';
import { createClock } from './fixtures/clock.js';
import type { SlackServer } from './types.js';

const rules = (server: SlackServer) => server.violations.map(({ rule }) => rule);

/** A call without Slack's client. */
const call = (
  server: SlackServer,
  method: string,
  { body, type, token, ...more }: RequestInit & { type?: string; token?: string } = {},
) =>
  fetch(`${server.url}${method}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...(type && { 'content-type': type }), ...(token && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body }),
    ...more,
  });

const FORM = 'application/x-www-form-urlencoded';

test('a call needs its token: the bot’s, or for connections the app’s', async () => {
  const server = await startServer();
  const web = webOf(server);
  expect(server.botToken).toMatch(/^xoxb-\d+-\d+-\w+$/);
  expect(server.appToken).toMatch(/^xapp-1-A\w+-\d+-\w+$/);
  expect(await (await call(server, 'auth.test')).json()).toEqual({ ok: false, error: 'not_authed' });
  expect(await errorOf(web.auth.test({ token: 'xoxb-made-up' }))).toBe('invalid_auth');
  expect(await errorOf(web.users.list({ limit: 1, token: server.appToken }))).toBe('not_allowed_token_type');
  expect(await errorOf(web.apps.connections.open({ token: server.botToken }))).toBe('not_allowed_token_type');
  expect(await errorOf(web.apps.connections.open({ token: server.appToken }))).toBe('ok');
  expect(server.calls.map(({ token }) => token)).toEqual(['none', 'unknown', 'app', 'bot', 'app']);
  expect(JSON.stringify([server.calls, server.violations])).not.toMatch(/xoxb|xapp/);
});

test('a token can be revoked, expire, or be of somebody who is gone; and be restored', async () => {
  const server = await startServer();
  const web = webOf(server);
  for (const error of ['token_revoked', 'account_inactive', 'token_expired', 'invalid_auth'] as const) {
    server.faults.revokeToken('bot', error);
    expect(await errorOf(web.auth.test())).toBe(error);
  }
  server.faults.restoreToken('bot');
  expect(await errorOf(web.auth.test())).toBe('ok');
  server.faults.revokeToken('app');
  expect(await errorOf(web.apps.connections.open({ token: server.appToken }))).toBe('token_revoked');
});

test('a missing scope is told with what is needed and what there is, and is a violation', async () => {
  const server = await startServer({ scopes: ['users:read'] });
  const ann = server.addPerson('ann');
  await expect(webOf(server).chat.postMessage({ channel: ann.id, text: 'hi' })).rejects.toMatchObject({
    data: { ok: false, error: 'missing_scope', needed: 'chat:write', provided: 'users:read' },
  });
  expect(rules(server)).toEqual(['missing-scope']);
  const lacking = await startServer({ appScopes: [] });
  const open = () => errorOf(webOf(lacking).apps.connections.open({ token: lacking.appToken }));
  expect(await open()).toBe('missing_scope');
  lacking.faults.addScope('connections:write');
  expect(await open()).toBe('ok');
  lacking.faults.removeScope('connections:write');
  expect(await open()).toBe('missing_scope');
});

test('every answer names the scopes in its headers', async () => {
  const server = await startServer();
  const { response_metadata } = await webOf(server).users.list({ limit: 1 });
  expect(response_metadata?.scopes).toContain('chat:write');
  expect(response_metadata?.acceptedScopes).toEqual(['users:read']);
});

test('forms and JSON are understood; a token in a form too, but not one in JSON or in the address', async () => {
  const server = await startServer();
  const token = server.botToken;
  const ann = server.addPerson('ann');
  const json = async (response: Promise<Response>) => (await response).json();
  const user = { ok: true, user: { id: ann.id } };
  expect(await json(call(server, 'users.info', { type: FORM, body: `token=${token}&user=${ann.id}` }))).toMatchObject(
    user,
  );
  expect(await json(call(server, `users.info?user=${ann.id}`, { token }))).toMatchObject(user);
  expect(await json(call(server, `users.info?user=${ann.id}`, { token, method: 'GET' }))).toMatchObject(user);
  const body = JSON.stringify({ user: ann.id });
  expect(
    await json(call(server, 'users.info', { type: 'application/json; charset=utf-8', token, body })),
  ).toMatchObject(user);
  expect(await json(call(server, 'users.info', { type: 'application/json', token, body }))).toMatchObject({
    ...user,
    warning: 'missing_charset',
    response_metadata: { warnings: ['missing_charset'] },
  });
  const inBody = JSON.stringify({ user: ann.id, token });
  expect(await json(call(server, 'users.info', { type: 'application/json', body: inBody }))).toMatchObject({
    error: 'not_authed',
  });
  expect(await json(call(server, `users.info?user=${ann.id}&token=${token}`))).toMatchObject({ error: 'not_authed' });
});

test('bodies that are none are refused, and so are unknown methods', async () => {
  const server = await startServer();
  const token = server.botToken;
  const error = async (method: string, more: Parameters<typeof call>[2]) =>
    ((await (await call(server, method, { token, ...more })).json()) as { error: string }).error;
  expect(await error('auth.test', { type: 'application/json', body: '{' })).toBe('invalid_json');
  expect(await error('auth.test', { type: 'application/json', body: '[]' })).toBe('json_not_object');
  expect(await error('auth.test', { type: 'text/csv', body: 'a' })).toBe('invalid_post_type');
  expect(await error('chat.postMassage', {})).toBe('unknown_method');
  expect(await error('constructor', {})).toBe('unknown_method');
  expect((await fetch(new URL('/elsewhere', server.url))).status).toBe(404);
  expect(rules(server)).toEqual(Array(5).fill('refused-arguments'));
});

test('a body of more than a megabyte is not taken', async () => {
  const server = await startServer();
  const body = `text=${'x'.repeat(1_100_000)}`;
  const sent = call(server, 'chat.postMessage', { type: FORM, token: server.botToken, body });
  await expect(sent.then(({ status }) => status)).resolves.toBe(413);
  expect(server.calls).toEqual([]);
});

test('each method has its tier: so many calls in any minute, then 429 with Retry-After in seconds', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const web = webOf(server);
  const most = async (method: string, more: object = {}) => {
    for (let count = 0; ; count += 1) {
      const error = await errorOf(web.apiCall(method, { ...more }));
      if (error.includes('rate-limit')) return count;
    }
  };
  const ann = server.addPerson('ann');
  expect(await most('users.list', { limit: 1 })).toBe(20);
  clock.advance(30_000);
  const limited = await call(server, 'users.list', { token: server.botToken });
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '30']);
  expect(await limited.json()).toEqual({ ok: false, error: 'ratelimited' });
  expect(await most('users.lookupByEmail', { email: 'ann@example.com' })).toBe(50);
  expect(await most('conversations.open', { users: ann.id })).toBe(50);
  expect(await most('users.info', { user: ann.id })).toBe(100);
  expect(server.callsOf('users.info')).toHaveLength(100);
  clock.advance(30_000);
  expect(await most('users.list', { limit: 1 })).toBe(20);
});

test('a channel takes a short burst, then one message a second, by whatever name it is called', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const web = webOf(server);
  const ann = server.addPerson('ann');
  const post = (channel: string) => errorOf(web.chat.postMessage({ channel, text: 'hi' }));
  expect(await post(ann.id)).toBe('ok');
  expect(await post(ann.dm())).toBe('ok');
  expect(await post(ann.id)).toBe('ok');
  expect(await post(ann.dm())).toContain('rate-limit');
  expect(await post(server.addPerson('bob').id)).toBe('ok');
  for (let second = 0; second < 3; second += 1) {
    clock.advance(1000);
    expect(await post(ann.id)).toBe('ok');
    expect(await post(ann.id)).toContain('rate-limit');
  }
  clock.advance(60_000);
  for (let count = 0; count < 3; count += 1) expect(await post(ann.id)).toBe('ok');
  expect(await post(ann.id)).toContain('rate-limit');
});

test('limits can be set, also for the whole workspace, or switched off', async () => {
  const clock = createClock();
  const limits = { methods: { 'users.info': 2 }, workspacePerMinute: 3 };
  const server = await startServer({ ...clock, limits });
  const web = webOf(server);
  const people = Array.from({ length: 4 }, (_, index) => server.addPerson(`p${index}`));
  const posts = [];
  for (const { id } of people) posts.push(await errorOf(web.chat.postMessage({ channel: id, text: 'hi' })));
  expect(posts.map((error) => error === 'ok')).toEqual([true, true, true, false]);
  const infos = [];
  for (const { id } of people) infos.push(await errorOf(web.users.info({ user: id })));
  expect(infos.map((error) => error === 'ok')).toEqual([true, true, false, false]);
  const free = await startServer({ ...clock, limits: false });
  const ann = free.addPerson('ann');
  for (let count = 0; count < 150; count += 1) await webOf(free).chat.postMessage({ channel: ann.id, text: 'hi' });
  expect(ann.reads()).toHaveLength(150);
});

test('a call before Retry-After is over is a violation', async () => {
  const clock = createClock();
  const server = await startServer(clock);
  const web = webOf(server);
  const [ann, bob] = [server.addPerson('ann'), server.addPerson('bob')];
  const post = (channel: string) =>
    errorOf(web.chat.postMessage({ channel, text: 'hi', unfurl_links: false, unfurl_media: false }));
  server.faults.rateLimit({ method: 'chat.postMessage', channel: ann.id, retryAfter: 30 });
  expect(await post(ann.id)).toContain('rate-limit');
  expect(await post(bob.id)).toBe('ok');
  clock.advance(30_000);
  expect(await post(ann.id)).toBe('ok');
  expect(rules(server)).toEqual([]);
  server.faults.rateLimit({ channel: ann.id, retryAfter: 30 });
  expect(await post(ann.id)).toContain('rate-limit');
  clock.advance(200);
  expect(await post(ann.id)).toBe('ok');
  expect(rules(server)).toEqual([]); // it may have been under way
  clock.advance(28_800);
  expect(await post(ann.id)).toBe('ok');
  expect(rules(server)).toEqual(['ignored-retry-after']);
});

test('answers of a broken network, proxy or Slack; what is asked is done only where that was ordered', async () => {
  const server = await startServer({ limits: false });
  const web = webOf(server);
  const impatient = webOf(server, { timeout: 500 });
  const ann = server.addPerson('ann');
  const post = (text: string) =>
    errorOf((text.endsWith('silence') ? impatient : web).chat.postMessage({ channel: ann.id, text }));
  const ways = ['html', 'cut-off', 'wrong-type', 'redirect', 'silence', 'reset', 500, 503] as const;
  for (const how of ways) {
    server.faults.answer(how, { method: 'chat.postMessage' });
    expect(await errorOf(web.auth.test())).toBe('ok');
    expect(await post(`not done: ${how}`)).not.toBe('ok');
    server.faults.answer(how, { done: true });
    expect(await post(`done: ${how}`)).not.toBe('ok');
  }
  expect(ann.reads().map(({ text }) => text)).toEqual(ways.map((how) => `done: ${how}`));
  server.faults.fail('internal_error', { times: 2 });
  expect([await post('a'), await post('b'), await post('c')]).toEqual(['internal_error', 'internal_error', 'ok']);
  server.faults.answer(503, { times: Number.POSITIVE_INFINITY });
  server.faults.mend();
  expect(await post('d')).toBe('ok');
});

test('answers can be slow', async () => {
  const server = await startServer();
  server.faults.delay(60_000);
  const slow = errorOf(webOf(server, { timeout: 500 }).auth.test());
  await server.until(() => server.calls.length === 1, 'the call');
  expect(await slow).not.toBe('ok');
  expect(server.calls).toMatchObject([{ method: 'auth.test', status: 0 }]);
  server.faults.delay(0);
  expect(await errorOf(webOf(server).auth.test())).toBe('ok');
});

test('answers of one method can wait until they are let go', async () => {
  const server = await startServer();
  server.faults.delay(Number.POSITIVE_INFINITY, 'auth.test');
  const held = errorOf(webOf(server).auth.test());
  await server.until(() => server.callsOf('auth.test').length === 1, 'the call');
  expect(await errorOf(webOf(server).users.list({}))).toBe('ok');
  expect(server.callsOf('auth.test')).toMatchObject([{ status: 0 }]);
  server.faults.delay(0);
  expect(await held).toBe('ok');
});
