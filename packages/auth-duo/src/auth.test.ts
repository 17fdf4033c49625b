import { describe, expect, test } from 'vitest';
import { createDuoAuth } from './auth.js';
import { systemClock } from './clock.js';
import { calm, challenge, duo, paths, refusal } from './fixtures/duo.js';

const SOON = { longPollMs: 1000 };

describe('readiness', () => {
  test('is what preauth says, and asks nobody anything', async () => {
    const { server, auth } = await duo();
    const ready = () => auth.readiness('ann', calm());
    const ann = server.user('ann');
    expect(await ready()).toEqual({ ready: true });
    ann.changes({ devices: [{ type: 'token' }, { capabilities: ['auto', 'sms', 'phone'] }] });
    expect(await ready()).toEqual({ ready: false, reason: 'no-device' });
    ann.changes({ devices: [{ type: 'token' }, {}] });
    expect(await ready()).toEqual({ ready: true });
    for (const [status, reason] of [
      ['bypass', 'bypassed'],
      ['locked out', 'locked-out'],
      ['disabled', 'locked-out'],
    ] as const) {
      ann.becomes(status);
      expect(await ready()).toEqual({ ready: false, reason });
    }
    ann.becomes('active');
    ann.changes({ access: 'allow' }); // a trusted network, a remembered device
    expect(await ready()).toEqual({ ready: false, reason: 'bypassed' });
    expect(ann.prompts()).toEqual([]);
    expect(server.violations).toEqual([]);
  });

  test.each([
    ['enroll', 'not-enrolled'],
    ['deny', 'locked-out'],
    ['allow', 'bypassed'],
  ] as const)('of somebody Duo does not know, where its policy is to %s', async (newUsers, reason) => {
    const { auth } = await duo({}, { newUsers });
    expect(await auth.readiness('nobody', calm())).toEqual({ ready: false, reason });
  });

  test('the subject goes to Duo as it is, but for the blanks around it', async () => {
    const { server, auth } = await duo();
    server.addUser("CORP\\b.o'hara+x@example.com");
    expect(await auth.readiness(" CORP\\b.o'hara+x@example.com\n", calm())).toEqual({ ready: true });
    expect(server.calls.at(-1)?.parameters.username).toBe("CORP\\b.o'hara+x@example.com");
  });

  test.each(['', ' ', 'a\nb', 'ann\u0000', 'a\u2028x', 'x\ud800', 'x'.repeat(256)])(
    'a subject that no username can be is refused here: %j',
    async (subject) => {
      const { server, auth } = await duo();
      expect((await refusal(auth.readiness(subject, calm()))).code).toBe('REJECTED');
      const asked = auth.challenge({ id: 'c1', subject, reason: 'x' }, calm());
      expect(await refusal(asked)).toMatchObject({ code: 'REJECTED', notSent: true });
      expect(server.calls).toEqual([]);
    },
  );
});

describe('challenge', () => {
  test('sends one push that says what it is about', async () => {
    const { server, auth } = await duo();
    const { token, hint } = await challenge(auth, 'c1', 'Sudo: "rm -rf /" on web-1 & more = 100%');
    expect(hint).toBeUndefined();
    expect(server.user('ann').prompts()).toMatchObject([
      {
        type: 'Securitybot',
        displayUsername: 'ann',
        info: [{ label: 'Alert', text: 'Sudo: "rm -rf /" on web-1 & more = 100%' }],
      },
    ]);
    expect(paths(server)).toEqual(['preauth', 'auth']);
    expect(token).toMatch(/^\d+\.[0-9a-f-]{36}$/);
    expect(server.callsOf('/auth/v2/auth')[0]).toMatchObject({ signature: 2, status: 200 });
    expect(server.violations).toEqual([]);
  });

  test('the words around it are options', async () => {
    const { server, auth } = await duo({ type: 'Alarm\u202e & co', label: 'Vorfall = ' });
    await challenge(auth);
    expect(server.user('ann').prompts()).toMatchObject([
      { type: 'Alarm & co', info: [{ label: 'Vorfall =', text: 'sudo on web-1' }] },
    ]);
  });

  test('hostile text stays text, on one line, as long as a phone can show', async () => {
    const { server, auth } = await duo();
    const reason = `a\r\nb&type=Login\u202e\u0007\u200b ${'漢🚀'.repeat(5000)}`;
    await challenge(auth, 'c1', reason);
    const [prompt] = server.user('ann').prompts();
    expect(prompt).toMatchObject({ type: 'Securitybot', info: [{ label: 'Alert' }] });
    const text = prompt?.info[0]?.text ?? '';
    expect(text).toMatch(/^a b&type=Login 漢🚀.*…$/u);
    expect(text.length).toBeLessThanOrEqual(500);
    expect(prompt?.pushinfo.length).toBeLessThan(5000);
  });

  test('a verified push passes its txid on, and the code is the hint', async () => {
    const { server, auth } = await duo(SOON);
    const ann = server.user('ann');
    ann.changes({ verifiedPush: true });
    expect(await auth.readiness('ann', calm())).toEqual({ ready: true });
    const { token, hint } = await challenge(auth);
    expect(hint).toMatch(/^\d{3}$/);
    expect(ann.prompts()).toMatchObject([{ needsCode: true }]);
    expect(await auth.check(token, calm())).toBe('pending');
    await ann.entersCode('wrong');
    expect(await auth.check(token, calm())).toBe('pending');
    await ann.entersCode(hint ?? '');
    expect(await auth.check(token, calm())).toBe('approved');
    expect(server.violations).toEqual([]);
  });

  test('a code that Duo gives as a number is shown all the same', async () => {
    const { server, auth } = await duo();
    const devices = [{ capabilities: ['push'] }];
    server.faults.respond({ result: 'auth', devices, verification_code: 123 }, { path: '/auth/v2/preauth' });
    expect(await challenge(auth)).not.toHaveProperty('hint'); // without a txid the push needs none
    const response = { result: 'auth', devices, txid: 'x', verification_code: 123 };
    server.faults.respond(response, { path: '/auth/v2/preauth' });
    server.faults.respond({ txid: 'y' }, { path: '/auth/v2/auth' });
    expect(await challenge(auth, 'c2')).toMatchObject({ hint: '123' });
    expect(server.calls.at(-1)?.parameters.txid).toBe('x');
  });

  test('no push goes to who would not be asked: they are bypassed or locked out, and stay so', async () => {
    const { server, auth } = await duo();
    const ann = server.user('ann');
    for (const [status, result] of [
      ['bypass', 'bypassed'],
      ['locked out', 'locked-out'],
    ] as const) {
      ann.becomes(status);
      const { token } = await challenge(auth, result);
      ann.becomes('active');
      expect(await auth.check(token, calm())).toBe(result);
    }
    expect(paths(server)).toEqual(['preauth', 'preauth']);
  });

  test('bypass that is set between preauth and the push is no approval either', async () => {
    const { server, auth } = await duo();
    server.user('ann').becomes('bypass');
    const devices = [{ capabilities: ['push'] }];
    server.faults.respond({ result: 'auth', devices }, { path: '/auth/v2/preauth' });
    const { token } = await challenge(auth);
    expect(await auth.check(token, calm())).toBe('bypassed');
  });

  test('who has no device for it is refused, and nothing was sent', async () => {
    const { server, auth } = await duo();
    server.user('ann').changes({ devices: [{ type: 'token' }] });
    const error = await refusal(challenge(auth));
    expect(error).toMatchObject({ code: 'REJECTED', notSent: true });
    expect(error.message).toContain('no-device');
    expect(paths(server)).toEqual(['preauth']);
  });

  test('one id is one push, though its answer was lost; another id is another', async () => {
    const { server, auth } = await duo();
    server.faults.answer('reset', { path: '/auth/v2/auth', done: true });
    for (let i = 0; i < 3; i += 1) {
      expect(await refusal(challenge(auth))).toMatchObject({ code: 'UNAVAILABLE', notSent: false });
    }
    expect(server.user('ann').prompts()).toHaveLength(1);
    const second = await challenge(auth, 'c2');
    expect(await challenge(auth, 'c2')).toEqual(second);
    expect(server.user('ann').prompts()).toHaveLength(2);
  });

  test('a process that stood still between the look at the devices and the push sends none', async () => {
    let isLooking = () => false;
    const clock = { ...systemClock, now: () => Date.now() + (isLooking() ? 60_000 : 0) };
    const { server, auth } = await duo({ clock });
    isLooking = () => server.calls.length > 0;
    const asked = challenge(auth);
    expect(await refusal(asked)).toMatchObject({ code: 'UNAVAILABLE', notSent: true });
    expect(paths(server)).toEqual(['preauth']);
    expect(server.user('ann').prompts()).toEqual([]);
  });

  test('an id that was used for somebody else proves nothing about another', async () => {
    const { server, auth } = await duo();
    const bob = server.addUser('bob');
    await challenge(auth, 'c1');
    expect((await refusal(auth.challenge({ id: 'c1', subject: 'bob', reason: 'x' }, calm()))).code).toBe('REJECTED');
    expect(bob.prompts()).toEqual([]);
  });

  test('an answer at once, without a push to ask about, is no proof', async () => {
    const { server, auth } = await duo();
    server.faults.respond({ result: 'allow', status: 'allow' }, { path: '/auth/v2/auth' });
    expect(await refusal(challenge(auth))).toMatchObject({ code: 'UNAVAILABLE', notSent: false });
  });
});

describe('check', () => {
  test.each([
    ['allow', 'allow', 'approved'],
    ['allow', 'bypass', 'bypassed'],
    ['allow', 'remembered', 'bypassed'],
    ['allow', 'Allow', 'bypassed'],
    ['allow', '', 'bypassed'],
    ['deny', 'deny', 'denied'],
    ['deny', 'fraud', 'fraud'],
    ['deny', 'timeout', 'expired'],
    ['deny', 'locked_out', 'locked-out'],
    ['deny', 'allow', 'denied'],
    ['deny', 'anything new', 'denied'],
    ['waiting', 'allow', 'pending'],
    ['waiting', 'push_failed', 'pending'],
  ] as const)('result %s with status %s is %s', async (result, status, outcome) => {
    const { server, auth } = await duo();
    const { token } = await challenge(auth);
    await server.user('ann').settles(result, status);
    expect(await auth.check(token, calm())).toBe(outcome);
  });

  test('waits for a change, and says pending when none comes', async () => {
    const { server, auth, options } = await duo({ longPollMs: 60_000, timeoutMs: 60_000 });
    const { token } = await challenge(auth);
    expect(await auth.check(token, calm())).toBe('pending'); // pushed: that is news
    const waiting = auth.check(token, calm());
    await server.until(() => server.waiting() === 1, 'the long poll');
    await server.user('ann').approves();
    expect(await waiting).toBe('approved');

    const hasty = createDuoAuth({ ...options, longPollMs: 500 });
    const second = await challenge(hasty, 'c2');
    await hasty.check(second.token, calm());
    expect(await hasty.check(second.token, calm())).toBe('pending');
    await server.until(() => server.waiting() === 0, 'the end of the long poll');
  });

  test('a push that Duo does not know is over when its time is, not before', async () => {
    const { server, options, auth } = await duo();
    const { token } = await challenge(auth);
    server.faults.forgetPushes();
    expect(await auth.check(token, calm())).toBe('pending');
    const later = createDuoAuth({
      ...options,
      clock: { now: () => Date.now() + 91_000, sleep: () => new Promise(() => {}) },
    });
    expect(await later.check(token, calm())).toBe('expired');
  });

  test('what is no token is expired, without a word to Duo', async () => {
    const { server, auth } = await duo();
    for (const token of [
      '',
      'x',
      'approved',
      'allow',
      '1',
      '.x',
      '1.',
      '1.a b',
      `1.${'x'.repeat(201)}`,
      '9'.repeat(99),
    ]) {
      expect(await auth.check(token, calm())).toBe('expired');
    }
    expect(server.calls).toEqual([]);
  });

  test('a txid is one parameter, whatever is in it', async () => {
    const { server, auth } = await duo();
    await auth.check(`${Date.now()}.a&txid=b#?/../%00`, calm());
    expect(server.calls[0]?.parameters).toEqual({ txid: 'a&txid=b#?/../%00' });
    expect(server.calls[0]?.code).toBe(40002);
  });
});
