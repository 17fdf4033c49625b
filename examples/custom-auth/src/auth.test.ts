import { describe, expect, it, onTestFinished } from 'vitest';
import { createDesk } from './fixtures/desk.ts';

const { signal } = new AbortController();

function open() {
  const desk = createDesk();
  onTestFinished(desk.close);
  const auth = desk.start();
  return {
    ...desk,
    auth,
    ask: (id: string, subject = 'ann') => auth.challenge({ id, subject, reason: 'sudo on web-1' }, signal),
    check: (id: string) => auth.check(id, signal),
  };
}

describe('a code', () => {
  it('counts once: not for the next challenge, and in no other process', async () => {
    const { auth, ask, check, code, start } = open();
    const used = code('ann');
    await ask('c1');
    expect(auth.enter('ann', used)).toBe('approved');
    await ask('c2');
    expect(auth.enter('ann', used)).toBe('pending');
    expect(start().enter('ann', used)).toBe('pending');
    expect(await check('c2')).toBe('pending');
  });

  it('of an earlier step does not count any more once a later one was used', async () => {
    const { auth, ask, code } = open();
    await ask('c1');
    const earlier = code('ann', -30_000);
    auth.enter('ann', code('ann'));
    await ask('c2');
    expect(auth.enter('ann', earlier)).toBe('pending');
    expect(auth.enter('ann', code('ann', 30_000))).toBe('approved');
  });

  it.each([-60_000, 60_000])('of a clock that is %i ms off is wrong; half of that is right', async (off) => {
    const { auth, ask, code } = open();
    await ask('c1');
    expect(auth.enter('ann', code('ann', off))).toBe('pending');
    expect(auth.enter('ann', code('ann', off / 2))).toBe('approved');
  });

  it('of somebody else proves nothing, and settles no challenge of theirs', async () => {
    const { auth, ask, check, code } = open();
    await ask('c1');
    await ask('c2', 'bob');
    expect(auth.enter('ann', code('bob'))).toBe('pending');
    expect(await check('c2')).toBe('pending');
  });

  it('is a denial when the third is wrong, after which a right one is too late', async () => {
    const { auth, ask, check, code } = open();
    await ask('c1');
    expect(['1', '2', '3'].map((wrong) => auth.enter('ann', wrong))).toEqual(['pending', 'pending', 'denied']);
    expect(auth.enter('ann', code('ann'))).toBeUndefined();
    expect(await check('c1')).toBe('denied');
  });

  it('is not waited for when nothing is open, nor when time is over', async () => {
    const { auth, ask, check, code, pass } = open();
    expect(auth.enter('ann', code('ann'))).toBeUndefined();
    await ask('c1');
    pass(90_000);
    expect(auth.enter('ann', code('ann'))).toBeUndefined();
    expect(await check('c1')).toBe('expired');
  });
});

it('an id is for one account', async () => {
  const { ask, auth, code, check } = open();
  await ask('c1');
  await expect(ask('c1', 'bob')).rejects.toMatchObject({ code: 'REJECTED' });
  auth.enter('bob', code('bob'));
  expect(await check('c1')).toBe('pending');
});

it('a file that cannot be used is a PluginError', async () => {
  const { ask, database } = open();
  database.exec('DROP TABLE challenges');
  await expect(ask('c1')).rejects.toMatchObject({ name: 'PluginError', code: 'UNAVAILABLE' });
});
