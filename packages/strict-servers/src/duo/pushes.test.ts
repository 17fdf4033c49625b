import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { call, preauth, push, status } from './fixtures/client.js';
import { createDuoServer } from './server.js';
import type { DuoServer } from './types.js';

let server: DuoServer;
let time: number;
let timers: { readonly at: number; readonly callback: () => void }[];

/** Time goes on: of the pushes, not of the connections. */
function advance(ms: number): void {
  time += ms;
  const due = timers.filter(({ at }) => at <= time);
  timers = timers.filter(({ at }) => at > time);
  for (const { callback } of due) callback();
}

beforeEach(async () => {
  time = Date.now();
  timers = [];
  server = await createDuoServer({
    now: () => time,
    times: { keepMs: 120_000 }, // not so long that the client's own time is too far away
    schedule(callback, ms) {
      const timer = { at: time + ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
  });
});
afterEach(() => server.close());

describe('a push', () => {
  test('reaches the phone as it was sent, and is answered there', async () => {
    const ann = server.addUser('ann');
    const pushinfo = 'Alert=sudo%20on%20web-1%20%26%20more&From=Securitybot';
    const txid = await push(server, 'ann', { type: 'Securitybot', display_username: 'ann.smith', pushinfo });
    expect(ann.prompts()).toMatchObject([
      {
        txid,
        username: 'ann',
        type: 'Securitybot',
        displayUsername: 'ann.smith',
        info: [
          { label: 'Alert', text: 'sudo on web-1 & more' },
          { label: 'From', text: 'Securitybot' },
        ],
        pushinfo,
        needsCode: false,
        sentAt: time,
        state: 'open',
      },
    ]);
    expect(await ann.approves()).toMatchObject({ txid, state: 'approved' });
    expect(await status(server, txid)).toMatchObject({ result: 'allow', status: 'allow' });
    expect(server.violations).toEqual([]);
  });

  test('without words of its own it is a login of the username', async () => {
    const ann = server.addUser('ann');
    await push(server, 'ann');
    expect(await ann.awaitsPrompt()).toMatchObject({ type: 'Login', displayUsername: 'ann', info: [] });
  });

  test('ends as the person wants, and is told again and again', async () => {
    const ann = server.addUser('ann');
    for (const [answer, state, why] of [
      ['denies', 'denied', 'deny'],
      ['reportsFraud', 'fraud', 'fraud'],
      ['letsExpire', 'expired', 'timeout'],
    ] as const) {
      const txid = await push(server, 'ann');
      expect((await ann[answer]()).state).toBe(state);
      for (let i = 0; i < 2; i += 1) expect(await status(server, txid)).toMatchObject({ result: 'deny', status: why });
    }
    const txid = await push(server, 'ann');
    await ann.settles('perhaps', 7, null);
    expect(await status(server, txid)).toEqual({ result: 'perhaps', status: 7, status_msg: null });
  });

  test('is over after 60 s, and forgotten some time later', async () => {
    const ann = server.addUser('ann');
    const txid = await push(server, 'ann');
    expect(await status(server, txid)).toMatchObject({ result: 'waiting' });
    const waiting = status(server, txid);
    await server.until(() => server.waiting() === 1, 'the long poll');
    advance(59_999);
    expect(ann.prompts()[0]?.state).toBe('open');
    advance(1);
    expect(await waiting).toMatchObject({ result: 'deny', status: 'timeout' });
    advance(120_000);
    expect(await status(server, txid)).toMatchObject({ stat: 'FAIL', code: 40002, message_detail: 'txid' });
  });

  test('auth_status tells what is new at once, and then waits for a change', async () => {
    const ann = server.addUser('ann');
    const txid = await push(server, 'ann');
    expect(await status(server, txid)).toMatchObject({ result: 'waiting', status: 'pushed' });
    const gone = new AbortController();
    const left = call(server, 'GET', '/auth/v2/auth_status', { txid }, { signal: gone.signal }).catch(() => 'left');
    const waiting = status(server, txid);
    await server.until(() => server.waiting() === 2, 'two long polls');
    gone.abort();
    await left;
    await server.until(() => server.waiting() === 1, 'one long poll');
    await ann.approves();
    expect(await waiting).toMatchObject({ result: 'allow' });
  });

  test('without async the answer waits for the person', async () => {
    const ann = server.addUser('ann');
    const params = { username: 'ann', factor: 'auto', device: 'auto' };
    const answer = call(server, 'POST', '/auth/v2/auth', params);
    await ann.denies();
    expect((await answer).json.response).toMatchObject({ result: 'deny', status: 'deny' });
  });

  test('pushes are answered in their order, and there must be one', async () => {
    const ann = server.addUser('ann');
    server.addUser('bob');
    const [first, second] = [await push(server, 'ann'), await push(server, 'ann')];
    await push(server, 'bob');
    await ann.approves();
    await ann.denies();
    expect(await status(server, first)).toMatchObject({ status: 'allow' });
    expect(await status(server, second)).toMatchObject({ status: 'deny' });
    expect(server.user('bob').prompts()[0]?.state).toBe('open');
    await expect(ann.awaitsPrompt({ timeoutMs: 1 })).rejects.toThrow('open push for ann');
  });

  test('ten denials in a row lock the account', async () => {
    const ann = server.addUser('ann');
    const answer = async (what: 'approves' | 'denies') => {
      await push(server, 'ann');
      await ann[what]();
    };
    for (let i = 0; i < 9; i += 1) await answer('denies');
    await answer('approves');
    for (let i = 0; i < 9; i += 1) await answer('denies');
    expect(ann.status).toBe('active');
    await answer('denies');
    expect(ann.status).toBe('locked out');
    expect((await preauth(server, 'ann')).result).toBe('deny');
    ann.becomes('active');
    expect((await preauth(server, 'ann')).result).toBe('auth');
  });
});

describe('a verified push', () => {
  const ask = { client_supports_verified_push: '1' };

  test('is approved by the code that the client was given, and by nothing else', async () => {
    const ann = server.addUser({ username: 'ann', verifiedPush: true });
    const { txid, verification_code: code } = (await preauth(server, 'ann', ask)) as Record<string, string>;
    expect(code).toMatch(/^\d{3}$/);
    const pushed = await push(server, 'ann', { txid: txid ?? '' });
    expect(await ann.awaitsPrompt()).toMatchObject({ needsCode: true });
    await expect(ann.approves()).rejects.toThrow('entersCode');
    expect((await ann.entersCode('wrong')).state).toBe('open');
    expect(await status(server, pushed)).toMatchObject({
      result: 'waiting',
      status_msg: 'Incorrect verification code.',
    });
    await ann.entersCode(code ?? '');
    expect(await status(server, pushed)).toMatchObject({ result: 'allow', status: 'allow' });
    expect(server.violations).toEqual([]);
  });

  test('the third wrong code ends it', async () => {
    const ann = server.addUser({ username: 'ann', verifiedPush: true });
    const { txid } = (await preauth(server, 'ann', ask)) as Record<string, string>;
    const pushed = await push(server, 'ann', { txid: txid ?? '' });
    for (let i = 0; i < 3; i += 1) await ann.entersCode('no');
    expect(await status(server, pushed)).toMatchObject({ result: 'deny' });
  });

  test('its txid is good once, for its owner, for 60 s', async () => {
    server.addUser({ username: 'ann', verifiedPush: true });
    server.addUser({ username: 'bob' });
    const next = async () => ((await preauth(server, 'ann', ask)) as Record<string, string>).txid ?? '';
    const used = await next();
    await push(server, 'ann', { txid: used });
    await expect(push(server, 'ann', { txid: used })).rejects.toThrow('40002');
    const other = await next();
    await expect(push(server, 'bob', { txid: other })).rejects.toThrow('40002');
    const late = await next();
    advance(60_001);
    await expect(push(server, 'ann', { txid: late })).rejects.toThrow('40002');
    expect(server.violations.map(({ rule }) => rule)).toEqual(Array(3).fill('bad-verification'));
  });

  test('a client that does not support it gets a push without; one that does and drops the txid is noted', async () => {
    const ann = server.addUser({ username: 'ann', verifiedPush: true });
    expect(await preauth(server, 'ann')).not.toHaveProperty('txid');
    await push(server, 'ann');
    await ann.approves();
    expect(server.violations).toEqual([]);
    await preauth(server, 'ann', ask);
    await push(server, 'ann');
    expect(server.violations).toMatchObject([{ rule: 'dropped-verification' }]);
  });

  test('a code for whom no code is needed', async () => {
    const ann = server.addUser('ann');
    expect(await preauth(server, 'ann', ask)).not.toHaveProperty('txid');
    await push(server, 'ann');
    await expect(ann.entersCode('123')).rejects.toThrow('wants no code');
  });
});
