import { describe, expect, test, vi } from 'vitest';
import { createDuoAuth } from './auth.js';
import { backOffClock, calm, challenge, duo, paths, refusal } from './fixtures/duo.js';

const PREAUTH = '/auth/v2/preauth';
const AUTH = '/auth/v2/auth';
const ALWAYS = { times: Number.POSITIVE_INFINITY };

describe('too many requests', () => {
  const signal = calm();

  test('are waited out: 1 s, doubling, with jitter, and signed anew', async () => {
    const clock = backOffClock(signal);
    const { server, auth } = await duo({ clock }, { now: clock.now, times: { toleranceMs: 3000 } });
    server.faults.rateLimit({ path: PREAUTH, times: 3 });
    expect(await auth.readiness('ann', signal)).toEqual({ ready: true });
    for (const [index, least] of [1000, 2000, 4000].entries()) {
      expect(clock.slept[index]).toBeGreaterThanOrEqual(least);
      expect(clock.slept[index]).toBeLessThan(least + 1000);
    }
    expect(server.calls.map(({ status }) => status)).toEqual([429, 429, 429, 200]);
    expect(server.violations).toEqual([]);
  });

  test('a push that was refused so is sent again, as none went out', async () => {
    const clock = backOffClock(signal);
    const { server, auth } = await duo({ clock }, { now: clock.now });
    server.faults.rateLimit({ path: AUTH });
    await challenge(auth, 'c1', 'x', signal);
    expect(paths(server)).toEqual(['preauth', 'auth', 'auth']);
    expect(server.user('ann').prompts()).toHaveLength(1);
  });

  test.each([
    ['seconds', () => 3],
    ['a date', (now: number) => new Date(now + 4000).toUTCString()],
  ] as const)('Retry-After as %s is kept', async (_, retryAfter) => {
    const clock = backOffClock(signal);
    const { server, auth } = await duo({ clock }, { now: clock.now });
    server.faults.rateLimit({ retryAfter: retryAfter(clock.now()) });
    expect(await auth.readiness('ann', signal)).toEqual({ ready: true });
    expect(server.violations).toEqual([]);
    expect(clock.slept[0]).toBeGreaterThan(2900);
  });

  test('that last longer than a call may are RATE_LIMITED, with the time to wait', async () => {
    const { server, auth } = await duo();
    server.faults.rateLimit({ retryAfter: 40 });
    const error = await refusal(challenge(auth));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', notSent: true });
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(40_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(41_000);
    expect(server.calls).toHaveLength(1);
  });

  test('that do not end are given up in time', async () => {
    const clock = backOffClock(signal);
    const { server, auth } = await duo({ clock }, { now: clock.now });
    server.faults.rateLimit(ALWAYS);
    const began = clock.now();
    expect((await refusal(auth.readiness('ann', signal))).code).toBe('RATE_LIMITED');
    expect(clock.now() - began).toBeLessThan(15_000);
    expect(server.calls.length).toBeGreaterThan(2);
  });

  test('from something that is not Duo are the same; nonsense in Retry-After is none', async () => {
    const { server, auth } = await duo({ timeoutMs: 1900 }); // less than the first back-off and a second for the request
    server.faults.answer(429);
    expect((await refusal(auth.readiness('ann', signal))).code).toBe('RATE_LIMITED');
    server.faults.rateLimit({ retryAfter: 'soon' });
    const { retryAfterMs } = await refusal(auth.readiness('ann', signal));
    expect(retryAfterMs).toBeGreaterThanOrEqual(1000);
    expect(retryAfterMs).toBeLessThanOrEqual(2000);
  });

  test('the wait ends when it is called off, and nothing was sent', async () => {
    const controller = new AbortController();
    const clock = backOffClock(controller.signal, true);
    const { server, auth } = await duo({ clock });
    server.faults.rateLimit({ ...ALWAYS, path: AUTH });
    const asked = refusal(challenge(auth, 'c1', 'x', controller.signal));
    await vi.waitFor(() => expect(clock.slept).toHaveLength(1));
    controller.abort();
    expect(await asked).toMatchObject({ code: 'UNAVAILABLE', notSent: true });
    expect(server.callsOf(AUTH)).toHaveLength(1);
  });
});

describe('refusals', () => {
  test.each([
    [40102, 'BAD_CREDENTIALS', 'DUO_INTEGRATION_KEY'],
    [40103, 'BAD_CREDENTIALS', 'DUO_SECRET_KEY'],
    [40105, 'BAD_CREDENTIALS', 'clock'],
    [40101, 'BAD_CREDENTIALS', 'compare'],
    [40301, 'BAD_CREDENTIALS', 'Auth API'],
    [40002, 'REJECTED', 'x: y'],
    [40401, 'UNAVAILABLE', '40401'],
    [50000, 'UNAVAILABLE', '50000'],
  ] as const)('%i is %s, and the message says what to do', async (code, expected, words) => {
    const { server, auth } = await duo();
    server.faults.refuse(code, { ...ALWAYS, message: 'x', detail: 'y' });
    const error = await refusal(auth.readiness('ann', calm()));
    expect(error.code).toBe(expected);
    expect(error.message).toContain(words);
  });

  test('of a push by 4xx mean that none went out; by 5xx, that one may have', async () => {
    const { server, auth } = await duo();
    for (const [code, notSent] of [
      [40103, true],
      [40301, true],
      [40002, true],
      [50000, false],
    ] as const) {
      server.faults.refuse(code, { path: AUTH, times: 2 });
      expect(await refusal(challenge(auth, `c${code}`))).toMatchObject({ notSent });
      server.faults.mend();
    }
  });

  test('say by how much the clock is off', async () => {
    const { server, auth } = await duo();
    server.faults.skewClock(-600_000);
    expect((await refusal(auth.readiness('ann', calm()))).message).toContain('10 minutes ahead of Duo’s');
    const clock = { now: () => Date.now() - 420_000, sleep: () => new Promise<void>(() => {}) };
    const { options } = await duo({ clock });
    expect((await refusal(createDuoAuth(options).readiness('ann', calm()))).message).toContain(
      '7 minutes behind Duo’s',
    );
  });

  test('with hostile words are quoted, cut and clean', async () => {
    const { server, auth } = await duo();
    server.faults.refuse(40002, { message: `\u202e\u0007${'x'.repeat(100_000)}` });
    const { message } = await refusal(auth.readiness('ann', calm()));
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThan(400);
  });
});

describe('the connection', () => {
  test('that breaks is not tried again here: whoever called knows what may be repeated', async () => {
    const { server, auth } = await duo();
    server.faults.answer('reset', { times: 2 });
    await refusal(auth.readiness('ann', calm()));
    await refusal(auth.check(`${Date.now()}.x`, calm()));
    expect(paths(server)).toEqual(['preauth', 'auth_status']);
  });

  test('the name of the host is signed in lower case', async () => {
    const { server, options } = await duo();
    const auth = createDuoAuth({ ...options, host: ` LOCALHOST:${server.port} ` });
    expect(await auth.readiness('ann', calm())).toEqual({ ready: true });
    expect(server.violations).toEqual([]);
  });

  test('where a host has a port, the server decides whether it is signed, once', async () => {
    for (const signedHost of ['with-port', 'without-port'] as const) {
      const { server, auth } = await duo({}, { signedHost });
      await challenge(auth, 'c1');
      await challenge(auth, 'c2');
      const refused = signedHost === 'with-port' ? 0 : 1;
      expect(server.violations).toHaveLength(refused);
      expect(paths(server)).toHaveLength(4 + refused);
      expect(server.user('ann').prompts()).toHaveLength(2);
    }
  });

  test('a wrong secret key is found out, and not tried again and again', async () => {
    const { server, options } = await duo();
    const auth = createDuoAuth({ ...options, secretKey: 'another' });
    expect((await refusal(auth.readiness('ann', calm()))).code).toBe('BAD_CREDENTIALS');
    expect(server.calls).toHaveLength(2);
  });
});
