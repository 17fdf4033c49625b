import { describe, expect, test } from 'vitest';
import { call, startServer } from './fixtures/client.js';
import type { ZulipServer } from './types.js';

const rules = (server: ZulipServer) => server.violations.map(({ rule }) => rule);

describe('who may call', () => {
  test('the bot, by address and key; others are told so', async () => {
    const server = await startServer();
    expect((await call(server, 'GET /users/me')).body).toMatchObject({
      user_id: server.botId,
      is_bot: true,
      bot_type: 1,
    });
    const wrong = { authorization: `Basic ${btoa(`${server.email}:x`)}` };
    expect(await call(server, 'GET /users/me', {}, wrong)).toMatchObject({
      status: 401,
      body: { result: 'error', code: 'INVALID_API_KEY' },
    });
    expect(server.violations).toEqual([]);
    expect((await call(server, 'GET /users/me', {}, { authorization: 'Bearer x' })).status).toBe(401);
    expect(rules(server)).toEqual(['bad-authorization']);
    expect(JSON.stringify([server.violations, server.calls])).not.toContain(server.apiKey);
  });

  test.each([
    ['key', 'INVALID_API_KEY'],
    ['account', 'USER_DEACTIVATED'],
    ['organization', 'REALM_DEACTIVATED'],
  ] as const)('not when the %s is gone', async (what, code) => {
    const server = await startServer();
    server.faults.revoke(what);
    expect(await call(server, 'GET /users/me')).toMatchObject({ status: 401, body: { code } });
    server.faults.restore();
    expect((await call(server, 'GET /users/me')).status).toBe(200);
  });

  test('not a bot for incoming webhooks; everybody may ask what server this is', async () => {
    const server = await startServer({ botType: 2, featureLevel: 300 });
    expect((await call(server, 'GET /users/me')).status).toBe(401);
    const settings = await call(server, 'GET /server_settings', {}, { authorization: '' });
    expect(settings.body).toMatchObject({ zulip_feature_level: 300, realm_name: 'Corp' });
  });
});

describe('what may be asked', () => {
  test.each<[string, string, Record<string, unknown>, string, number, string]>([
    ['another path', 'GET /nowhere', {}, 'unknown-endpoint', 404, 'BAD_REQUEST'],
    ['another method', 'PUT /users/me', {}, 'unknown-endpoint', 404, 'BAD_REQUEST'],
    ['nothing', 'GET /get_stream_id', {}, 'bad-parameter', 400, 'REQUEST_VARIABLE_MISSING'],
    ['no number', 'GET /messages', { num_after: 'many' }, 'bad-parameter', 400, 'REQUEST_VARIABLE_INVALID'],
    ['no switch', 'POST /register', { apply_markdown: 'yes' }, 'bad-parameter', 400, 'REQUEST_VARIABLE_INVALID'],
    ['no JSON', 'POST /register', { narrow: '[' }, 'bad-parameter', 400, 'REQUEST_VARIABLE_INVALID'],
    ['another narrow', 'POST /register', { narrow: [['has', 'link']] }, 'bad-parameter', 400, 'BAD_NARROW'],
    ['too much', 'GET /messages', { num_after: 5001 }, 'bad-parameter', 400, 'BAD_REQUEST'],
    [
      'another flag',
      'POST /messages/flags',
      { messages: [1], op: 'add', flag: 'starred' },
      'bad-parameter',
      400,
      'BAD_REQUEST',
    ],
  ])('%s is refused, and noted', async (_, endpoint, parameters, rule, status, code) => {
    const server = await startServer();
    server.addPerson('ann').types('hello');
    expect(await call(server, endpoint, parameters)).toMatchObject({ status, body: { result: 'error', code } });
    expect(rules(server)).toEqual([rule]);
  });

  test('what an endpoint does not know is ignored, said, and noted; so is a call without a name, or of another form', async () => {
    const server = await startServer();
    const { body } = await call(server, 'GET /users/me', { lang: 'de' });
    expect(body).toMatchObject({ result: 'success', ignored_parameters_unsupported: ['lang'] });
    await call(server, 'GET /users/me', {}, { userAgent: '' });
    await call(server, 'DELETE /events', { queue_id: 'x' }, { contentType: 'text/plain' });
    expect(rules(server)).toEqual(['bad-parameter', 'no-user-agent', 'bad-content-type']);
  });
});

describe('people', () => {
  test('by id, by address in any case; bots, guests and the deactivated too', async () => {
    const server = await startServer();
    const ann = server.addPerson({ name: 'ann', fullName: 'Ann', timeZone: 'Europe/Berlin' });
    const guest = server.addPerson({ name: 'guest', role: 'guest', deactivated: true });
    expect((await call(server, 'GET /users/ANN@example.com')).body.user).toMatchObject({
      user_id: ann.id,
      email: 'ann@example.com',
      delivery_email: 'ann@example.com',
      full_name: 'Ann',
      timezone: 'Europe/Berlin',
      is_active: true,
      is_bot: false,
      role: 400,
    });
    expect((await call(server, `GET /users/${guest.id}`)).body.user).toMatchObject({
      is_active: false,
      is_guest: true,
    });
    expect(await call(server, 'GET /users/9999')).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
    expect(server.violations).toEqual([]);
  });

  test('an address that is hidden finds nobody; the one made up in its place does', async () => {
    const server = await startServer();
    const ann = server.addPerson({ name: 'ann', hidesEmail: true });
    expect((await call(server, 'GET /users/ann@example.com')).status).toBe(400);
    const { user } = (await call(server, `GET /users/user${ann.id}@zulip.example.com`)).body;
    expect(user).toMatchObject({ user_id: ann.id, delivery_email: null, email: `user${ann.id}@zulip.example.com` });
    ann.changes({ hidesEmail: false });
    expect((await call(server, 'GET /users/ann@example.com')).status).toBe(200);
  });

  test('two of one id or one address are a mistake of the test', async () => {
    const server = await startServer();
    server.addPerson('ann');
    expect(() => server.addPerson({ name: 'x', email: 'ANN@example.com' })).toThrow('is taken');
    expect(() => server.addPerson({ name: 'y', id: server.botId })).toThrow('id');
    expect(() => server.person('nobody')).toThrow('addPerson');
    expect(() => server.channel('nowhere')).toThrow('addChannel');
  });
});

describe('limits', () => {
  test('so many calls in any minute; then 429, with the time to wait', async () => {
    let now = Date.now();
    const server = await startServer({ limit: 3, now: () => now });
    const me = () => call(server, 'GET /users/me');
    expect((await me()).headers.get('x-ratelimit-remaining')).toBe('2');
    now += 10_000;
    await me();
    await me();
    const limited = await me();
    expect(limited).toMatchObject({ status: 429, body: { code: 'RATE_LIMIT_HIT', 'retry-after': 50 } });
    expect(limited.headers.get('retry-after')).toBe('50');
    expect(limited.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(server.callsOf('GET /users/me')).toHaveLength(3);
    now += 50_000;
    expect((await me()).status).toBe(200);
    expect(server.violations).toEqual([]);
  });

  test('calling before that time is noted', async () => {
    const server = await startServer();
    server.faults.rateLimit({ retryAfter: 30 });
    expect((await call(server, 'GET /users/me')).status).toBe(429);
    expect((await call(server, 'GET /users/me')).status).toBe(200);
    expect(rules(server)).toEqual(['ignored-retry-after']);
  });
});

describe('what can go wrong', () => {
  test.each([
    ['html', 200],
    ['wrong-type', 200],
    [503, 503],
  ] as const)('%s', async (how, status) => {
    const server = await startServer();
    server.faults.answer(how, { endpoint: 'GET /users/me' });
    const get = () =>
      fetch(`${server.url}/api/v1/users/me`, {
        headers: { authorization: `Basic ${btoa(`${server.email}:${server.apiKey}`)}` },
      });
    expect((await call(server, 'GET /server_settings')).status).toBe(200);
    expect((await get()).status).toBe(status);
    expect((await call(server, 'GET /users/me')).body.result).toBe('success');
  });

  test('reset and cut-off end the connection; done or not', async () => {
    const server = await startServer();
    const ann = server.addPerson('ann');
    const message = { type: 'direct', to: [ann.id], content: 'hi', read_by_sender: true };
    for (const how of ['reset', 'cut-off'] as const) {
      server.faults.answer(how, { endpoint: 'POST /messages' });
      await expect(call(server, 'POST /messages', message)).rejects.toThrow();
    }
    expect(ann.reads()).toEqual([]);
    server.faults.answer('reset', { endpoint: 'POST /messages', done: true });
    await expect(call(server, 'POST /messages', message)).rejects.toThrow();
    expect(ann.reads()).toHaveLength(1);
  });

  test('any error, any body; until it is mended', async () => {
    const server = await startServer();
    server.faults.fail('SOMETHING_NEW', { status: 418, times: Number.POSITIVE_INFINITY });
    expect(await call(server, 'GET /users/me')).toMatchObject({ status: 418, body: { code: 'SOMETHING_NEW' } });
    expect((await call(server, 'GET /users/me')).status).toBe(418);
    server.faults.mend();
    server.faults.respond({ result: 'success', user_id: 'x' });
    expect((await call(server, 'GET /users/me')).body).toEqual({ result: 'success', user_id: 'x' });
  });

  test('an outage, on the same port', async () => {
    const server = await startServer();
    await server.faults.goDown();
    await expect(call(server, 'GET /users/me')).rejects.toThrow();
    await server.faults.comeUp();
    expect((await call(server, 'GET /users/me')).status).toBe(200);
  });

  test('over TLS, by an authority of its own', async () => {
    const server = await startServer({ tls: true });
    expect(server.url).toMatch(/^https:/);
    expect(server.ca).toContain('BEGIN CERTIFICATE');
    await expect(call(server, 'GET /users/me')).rejects.toThrow();
  });
});
