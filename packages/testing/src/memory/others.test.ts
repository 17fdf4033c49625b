import type { Alert } from '@securitybot/core';
import { expect, test } from 'vitest';
import { createClock } from '../clock.js';
import { createMemoryAuth } from './auth.js';
import { createMemoryBlacklist } from './blacklist.js';
import { createMemoryTasker } from './tasker.js';

const signal = new AbortController().signal;

const alert: Alert = {
  id: 'a'.repeat(64),
  username: 'ann',
  title: 'sudo',
  description: 'sudo on web-1',
  reason: '',
  url: '',
  eventTime: 0,
};

test('a prompt that nobody answers runs out on the clock', async () => {
  const clock = createClock();
  const auth = createMemoryAuth({ clock, enrolled: ['ann'], expiresMs: 5000, hint: '42' });
  const { token, hint } = await auth.challenge({ id: 'c', subject: 'ann', reason: 'sudo' }, signal);
  expect(hint).toBe('42');
  await clock.advance(4999);
  expect(await auth.check(token, signal)).toBe('pending');
  await clock.advance(1);
  expect(await auth.check(token, signal)).toBe('expired');
  expect(() => auth.approve('ann')).toThrow(
    'No prompt is out for "ann", so it cannot be answered. Prompts so far: ann: expired.',
  );
});

test('phones show what was asked, to those who can be asked', async () => {
  const clock = createClock(1000);
  const auth = createMemoryAuth({ clock, enrolled: ['ann', 'bob'] });
  await auth.challenge({ id: 'c', subject: 'ann', reason: 'sudo' }, signal);
  auth.setReadiness('bob', { ready: false, reason: 'bypassed' });
  await auth.challenge({ id: 'd', subject: 'bob', reason: 'sudo' }, signal);
  expect(auth.prompts()).toEqual([{ id: 'c', subject: 'ann', reason: 'sudo', at: 1000 }]);
  await expect(auth.challenge({ id: 'c', subject: 'bob', reason: '' }, signal)).rejects.toMatchObject({
    code: 'REJECTED',
  });
});

test('a half-written alert has no record until it is whole; then status 0', async () => {
  const { store, ...tasker } = createMemoryTasker({ clock: createClock() });
  store.insertHalf(alert);
  expect(store.record(alert.id)).toBeUndefined();
  expect(await tasker.add(alert)).toBe(true);
  expect(store.record(alert.id)).toEqual({ status: 0, comment: '', performed: false, authenticated: false });
});

test('nothing is shared by reference', async () => {
  const blacklist = createMemoryBlacklist();
  const entry = { username: 'ann', reason: 'asked' };
  await blacklist.put(entry);
  entry.reason = 'changed';
  expect(await blacklist.find({ username: 'ann', title: 'x', now: new Date() })).toEqual({
    username: 'ann',
    reason: 'asked',
  });
  expect(blacklist.store.entries()).toEqual([{ username: 'ann', reason: 'asked' }]);
  expect(blacklist.store.calls[0]?.args).toEqual([{ username: 'ann', reason: 'asked' }]);
});
