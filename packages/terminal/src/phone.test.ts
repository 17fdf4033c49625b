import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createDesk } from './fixtures/desk.js';
import { createDemoAuth } from './phone.js';

const { signal } = new AbortController();
const push = (id: string, reason = 'sudo on web-1') => ({ id, subject: 'ann', reason });

/** A desk with the phone on it: what is typed there, and a clock to be set. */
async function createDeskWithPhone() {
  const desk = createDesk();
  const clock = { now: 1_000_000 };
  const heard: string[] = [];
  await desk.chat.start(async (event) => {
    if (event.type === 'text') heard.push(event.text);
  });
  const auth = createDemoAuth(desk.terminal, { now: () => clock.now });
  return {
    ...desk,
    auth,
    clock,
    heard,
    async type(...lines: string[]) {
      desk.input.end(lines.map((line) => `${line}\n`).join(''));
      await desk.terminal.run({ idle: async () => {} });
    },
  };
}

describe('the pretend phone', () => {
  it.each([
    ['approve', 'approved'],
    [' Deny ', 'denied'],
    ['FRAUD', 'fraud'],
  ])('takes "%s" as its answer: %s', async (typed, result) => {
    const { auth, type, heard, shown } = await createDeskWithPhone();
    expect(await auth.readiness(' ANN ', signal)).toEqual({ ready: true });
    const { token, hint } = await auth.challenge(push('1'), signal);
    expect(hint).toBeUndefined();
    expect(await auth.check(token, signal)).toBe('pending');
    await type(typed);
    expect(await auth.check(token, signal)).toBe(result);
    expect(heard).toEqual([]);
    expect(shown().replace(/^ann:.*\n/m, '')).toBe(
      `[phone, demo] push for ann: "sudo on web-1" – type approve, deny or fraud\n[phone, demo] ${result}\n`,
    );
  });

  it('leaves all other words to the chat, and these too when no push is out', async () => {
    const { auth, type, heard, shown } = await createDeskWithPhone();
    await auth.challenge(push('1'), signal);
    await type('yes', 'approve it', 'deny', 'approve', 'fraud');
    expect(heard).toEqual(['yes', 'approve it', 'approve', 'fraud']);
    expect(await auth.check('1', signal)).toBe('denied');
    for (const line of shown().split('\n').slice(0, -1)) expect(line).toMatch(/^(ann: |\[phone, demo\] )/);
  });

  it('prompts once per id, answered or not', async () => {
    const { auth, type, shown } = await createDeskWithPhone();
    const first = await auth.challenge(push('1'), signal);
    expect(await auth.challenge(push('1'), signal)).toEqual(first);
    await type('approve');
    expect(await auth.challenge(push('1'), signal)).toEqual(first);
    expect(shown().match(/push for ann/g)).toHaveLength(1);
    expect(await auth.check(first.token, signal)).toBe('approved');
  });

  it('takes an answer for the push that was shown last', async () => {
    const { auth, type } = await createDeskWithPhone();
    await auth.challenge(push('1'), signal);
    await auth.challenge(push('2'), signal);
    await type('approve', 'deny');
    expect(await auth.check('2', signal)).toBe('approved');
    expect(await auth.check('1', signal)).toBe('denied');
  });

  it('gives a push 60 seconds: then it is expired, says so once, and takes no answer', async () => {
    const { auth, type, heard, clock, shown } = await createDeskWithPhone();
    const { token } = await auth.challenge(push('1'), signal);
    clock.now += 59_999;
    expect(await auth.check(token, signal)).toBe('pending');
    clock.now += 1;
    await type('approve');
    expect(heard).toEqual(['approve']);
    expect(await auth.check(token, signal)).toBe('expired');
    expect(await auth.check(token, signal)).toBe('expired');
    expect(shown().match(/push expired/g)).toHaveLength(1);
  });

  it('knows nothing of an earlier process: its pushes are expired', async () => {
    const { token } = await (await createDeskWithPhone()).auth.challenge(push('1'), signal);
    const { auth } = await createDeskWithPhone();
    expect(await auth.check(token, signal)).toBe('expired');
  });

  it('belongs to the person at the terminal', async () => {
    const { auth, shown } = await createDeskWithPhone();
    expect(await auth.readiness('bob', signal)).toEqual({ ready: false, reason: 'not-enrolled' });
    await expect(auth.challenge({ ...push('1'), subject: 'bob' }, signal)).rejects.toMatchObject({
      name: 'PluginError',
      code: 'REJECTED',
      message: expect.stringContaining('"bob"'),
    });
    expect(shown()).toBe('');
  });

  it('shows the reason on one line, and not all of a long one', async () => {
    const { auth, shown } = await createDeskWithPhone();
    await auth.challenge(push('1', `a\nann: approve\n${'x'.repeat(300_000)}`), signal);
    expect(shown()).toMatch(
      /^\[phone, demo\] push for ann: "a ann: approve x{150,200}…" – type approve, deny or fraud\n$/,
    );
  });

  it('has not prompted when it could not show the push', async () => {
    const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('EPIPE')) });
    const auth = createDemoAuth(createDesk({ output }).terminal);
    await expect(auth.challenge(push('1'), signal)).rejects.toMatchObject({ code: 'UNAVAILABLE', notSent: true });
    expect(await auth.check('1', signal)).toBe('expired');
  });
});
