import { describe, expect, test } from 'vitest';
import { createDuoAuth } from './auth.js';
import { calm, challenge, duo, paths, refusal } from './fixtures/duo.js';

const PREAUTH = '/auth/v2/preauth';
const AUTH = '/auth/v2/auth';
const STATUS = '/auth/v2/auth_status';
const SOON = { timeoutMs: 2000, longPollMs: 1000 };
const ALWAYS = { times: Number.POSITIVE_INFINITY };

describe('answers of the wrong type are failures, and prove nothing', () => {
  const anything: readonly unknown[] = [null, [], 7, true, 'allow', {}, ['allow'], { toString: 'allow' }];

  const standings: readonly unknown[] = [
    { result: 'Auth' },
    { result: ['auth'] },
    { result: 'auth', devices: 'push' },
    { result: 'auth', devices: {} },
    { result: 'auth', devices: [null] },
    { result: 'auth', devices: [['push']] },
    { result: 'auth', devices: [{ capabilities: 'push' }] },
    { result: 'auth', devices: [{ capabilities: { push: true } }] },
    { result: 'auth', devices: [{ capabilities: ['push', 1] }] },
    { result: 'auth', devices: [{ capabilities: ['push'] }], txid: 7, verification_code: '123' },
    { result: 'auth', devices: [{ capabilities: ['push'] }], txid: '', verification_code: '123' },
    { result: 'auth', devices: [{ capabilities: ['push'] }], txid: 'x' },
    { result: 'auth', devices: [{ capabilities: ['push'] }], txid: 'x', verification_code: ['1'] },
    { result: 'auth', devices: [{ capabilities: ['push'] }], txid: 'x', verification_code: '<@U1> !' },
  ];
  test.each([...anything, ...standings].map((response) => [JSON.stringify(response), response]))(
    'preauth: %s',
    async (_, response) => {
      const { server, auth } = await duo();
      server.faults.respond(response, { path: PREAUTH, times: 2 });
      expect((await refusal(auth.readiness('ann', calm()))).code).toBe('UNAVAILABLE');
      expect(await refusal(challenge(auth))).toMatchObject({ code: 'UNAVAILABLE', notSent: true });
      expect(server.callsOf(AUTH)).toEqual([]);
    },
  );

  test.each(
    [...anything, { txid: 7 }, { txid: '' }, { txid: 'a b' }, { txid: 'x'.repeat(201) }].map((r) => [
      JSON.stringify(r),
      r,
    ]),
  )('auth: %s', async (_, response) => {
    const { server, auth } = await duo();
    server.faults.respond(response, { path: AUTH });
    expect(await refusal(challenge(auth))).toMatchObject({ code: 'UNAVAILABLE', notSent: false });
  });

  const statuses: readonly unknown[] = [
    { result: 'allow' },
    { result: 'allow', status: null },
    { result: 'allow', status: 1 },
    { result: 'allow', status: ['allow'] },
    { result: ['allow'], status: 'allow' },
    { result: 'ALLOW', status: 'allow' },
    { result: 'allow ', status: 'allow' },
    { result: true, status: 'allow' },
    { result: 'approved', status: 'allow' },
    { result: { allow: 1 }, status: 'allow' },
    { result: 'deny', status: 3 },
    { status: 'allow' },
  ];
  test.each([...anything, ...statuses].map((response) => [JSON.stringify(response), response]))(
    'auth_status: %s',
    async (_, response) => {
      const { server, auth } = await duo();
      const { token } = await challenge(auth);
      server.faults.respond(response, { path: STATUS });
      expect((await refusal(auth.check(token, calm()))).code).toBe('UNAVAILABLE');
    },
  );

  const ALLOW = '"result":"allow","status":"allow"';
  test.each([
    '',
    'null',
    '[]',
    '"OK"',
    `{"response":{${ALLOW}}}`,
    `{"stat":"ok","response":{${ALLOW}}}`,
    `{"stat":["OK"],"response":{${ALLOW}}}`,
    `{"stat":"FAIL","response":{${ALLOW}}}`,
    `{"stat":"FAIL","code":"40002","response":{${ALLOW}}}`,
    `{"stat":"FAIL","code":1e99,"response":{${ALLOW}}}`,
    `{"stat":"OK","response":{"__proto__":{${ALLOW}}}}`,
    `{"stat":"OK","__proto__":{"response":{${ALLOW}}}}`,
    `{"stat":"OK","response":[{${ALLOW}}]}`,
    `{"stat":"OK","response":{${ALLOW}`,
    `\ufeff{"stat":"OK","response":{${ALLOW}}}`,
    `${'['.repeat(50_000)}`,
  ])('bodies: %.60s', async (body) => {
    const { server, auth } = await duo();
    const { token } = await challenge(auth);
    server.faults.send(body, { path: STATUS });
    expect((await refusal(auth.check(token, calm()))).code).toBe('UNAVAILABLE');
    expect(Object.hasOwn(Object.prototype, 'result')).toBe(false);
  });
});

describe('answers that are none of Duo’s, and answers that do not end', () => {
  const bad = [
    'html',
    'cut-off',
    'drip',
    'huge',
    'garbage',
    'redirect',
    'silence',
    'reset',
    404,
    500,
    502,
    503,
  ] as const;

  test.each(bad)('%s: readiness is UNAVAILABLE, and works again afterwards', async (how) => {
    const { server, auth } = await duo(SOON);
    server.faults.answer(how, ALWAYS);
    const error = await refusal(auth.readiness('ann', calm()));
    expect(error.code).toBe('UNAVAILABLE');
    server.faults.mend();
    expect(await auth.readiness('ann', calm())).toEqual({ ready: true });
    expect(server.callsOf('/auth/v2/elsewhere')).toEqual([]);
  });

  test.each(bad)('%s: a push that went out is not sent again, and may be out, says the error', async (how) => {
    const { server, auth } = await duo(SOON);
    server.faults.answer(how, { path: AUTH, done: true });
    for (let i = 0; i < 2; i += 1) {
      expect(await refusal(challenge(auth))).toMatchObject({ code: 'UNAVAILABLE', notSent: false });
    }
    expect(server.user('ann').prompts()).toHaveLength(1);
    expect(server.callsOf(AUTH)).toHaveLength(1);
  });

  test.each(bad)('%s: before the push it says that none went out, and the same id may try again', async (how) => {
    const { server, auth } = await duo(SOON);
    server.faults.answer(how, { path: PREAUTH });
    expect(await refusal(challenge(auth))).toMatchObject({ code: 'UNAVAILABLE', notSent: true });
    server.faults.mend();
    await challenge(auth);
    expect(server.user('ann').prompts()).toHaveLength(1);
  });

  test.each(bad.filter((how) => how !== 'silence'))('%s: check is UNAVAILABLE, never approved', async (how) => {
    const { server, auth } = await duo(SOON);
    const { token } = await challenge(auth);
    await server.user('ann').approves();
    server.faults.answer(how, { ...ALWAYS, path: STATUS });
    expect((await refusal(auth.check(token, calm()))).code).toBe('UNAVAILABLE');
    server.faults.mend();
    expect(await auth.check(token, calm())).toBe('approved');
  });

  test('a check that nobody answers is pending, as a long poll is', async () => {
    const { server, auth } = await duo(SOON);
    const { token } = await challenge(auth);
    server.faults.answer('silence', { path: STATUS });
    expect(await auth.check(token, calm())).toBe('pending');
  });

  test('messages name the host, and what came instead', async () => {
    const { server, auth } = await duo(SOON);
    const said = async (how: (typeof bad)[number]) => {
      server.faults.answer(how);
      const { message } = await refusal(auth.readiness('ann', calm()));
      server.faults.mend();
      expect(message).toContain(server.host);
      return message;
    };
    expect(await said('html')).toContain('a web page (HTTP 200, "text/html")');
    expect(await said('redirect')).toContain('redirects are not followed');
    expect(await said('cut-off')).toContain('cut off');
    expect(await said('huge')).toContain('more than 262144 bytes');
    expect(await said('silence')).toContain('no answer within');
    expect(await said(503)).toContain('HTTP 503');
  });
});

describe('connections that fail', () => {
  test('nobody listens: nothing was sent; when Duo is back, the same id goes on', async () => {
    const { server, auth } = await duo(SOON);
    await server.faults.goDown();
    const error = await refusal(challenge(auth));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', notSent: true });
    expect(error.message).toContain('ECONNREFUSED');
    await server.faults.comeUp();
    await challenge(auth);
    expect(server.user('ann').prompts()).toHaveLength(1);
  });

  test.each([
    ['unknown-ca', 'DUO_CA_FILE'],
    ['wrong-host', 'another host'],
    ['expired', 'clock'],
  ] as const)('the certificate %s: nothing was sent, to nobody', async (certificate, advice) => {
    const { server, auth } = await duo(SOON);
    await server.faults.presentCertificate(certificate);
    const error = await refusal(challenge(auth));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', notSent: true });
    expect(error.message).toContain(advice);
    expect(server.calls).toEqual([]);
    await server.faults.presentCertificate('own');
    await challenge(auth);
  });

  test('a host that is not there', async () => {
    const { auth } = await duo({ ...SOON, host: 'api-00000000.duosecurity.invalid' });
    const error = await refusal(challenge(auth));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', notSent: true });
  });

  test('without the option ca, only the authorities of Duo’s own clients are trusted', async () => {
    const { server, options } = await duo();
    const { ca: _, ...rest } = options;
    expect((await refusal(createDuoAuth(rest).readiness('ann', calm()))).message).toContain('DUO_CA_FILE');
    expect(server.calls).toEqual([]);
  });
});

describe('calls that are called off', () => {
  const reason = new Error('the bot is stopping');

  test('before they begin: nothing is asked', async () => {
    const { server, auth } = await duo();
    const over = AbortSignal.abort(reason);
    await expect(auth.readiness('ann', over)).rejects.toBe(reason);
    await expect(challenge(auth, 'c1', 'x', over)).rejects.toBe(reason);
    await expect(auth.check('1.x', over)).rejects.toBe(reason);
    expect(server.calls).toEqual([]);
    await challenge(auth);
    expect(server.user('ann').prompts()).toHaveLength(1);
  });

  test('during preauth: no push goes out, and the same id may try again', async () => {
    const { server, auth } = await duo();
    server.faults.answer('silence', { path: PREAUTH });
    const controller = new AbortController();
    const asked = refusal(challenge(auth, 'c1', 'x', controller.signal));
    await server.until(() => server.calls.length === 1, 'preauth');
    controller.abort(reason);
    expect(await asked).toMatchObject({ code: 'UNAVAILABLE', notSent: true });
    await challenge(auth);
    expect(paths(server)).toEqual(['preauth', 'preauth', 'auth']);
  });

  test('during the push: it may be out, and is not sent again', async () => {
    const { server, auth } = await duo();
    server.faults.answer('silence', { path: AUTH, done: true });
    const controller = new AbortController();
    const asked = refusal(challenge(auth, 'c1', 'x', controller.signal));
    await server.until(() => server.callsOf(AUTH).length === 1, 'the push');
    controller.abort(reason);
    expect(await asked).toMatchObject({ code: 'UNAVAILABLE', notSent: false });
    expect(await refusal(challenge(auth))).toMatchObject({ notSent: false });
    expect(server.user('ann').prompts()).toHaveLength(1);
  });

  test('during a check: at once', async () => {
    const { server, auth } = await duo();
    const { token } = await challenge(auth);
    await auth.check(token, calm());
    const controller = new AbortController();
    const checking = refusal(auth.check(token, controller.signal));
    await server.until(() => server.waiting() === 1, 'the long poll');
    controller.abort(reason);
    expect((await checking).code).toBe('UNAVAILABLE');
    await server.until(() => server.waiting() === 0, 'the end of the long poll');
  });
});
