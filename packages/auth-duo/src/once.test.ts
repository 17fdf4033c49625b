import { PluginError } from '@securitybot/core';
import { expect, test } from 'vitest';
import { createOnce } from './once.js';

test('a thing is done once for an id, whatever came of it', async () => {
  const once = createOnce<number>();
  let count = 0;
  const act = async () => {
    count += 1;
    return count;
  };
  expect(await Promise.all([once('a', act), once('a', act), once('b', act)])).toEqual([1, 1, 2]);
  const lost = async () => {
    await act();
    throw new PluginError('UNAVAILABLE', 'lost');
  };
  for (let i = 0; i < 2; i += 1) await expect(once('c', lost)).rejects.toThrow('lost');
  expect(count).toBe(3);
});

test('what was not sent may be tried again', async () => {
  const once = createOnce<string>();
  const fails = async () => {
    throw new PluginError('UNAVAILABLE', 'refused', { notSent: true });
  };
  await expect(once('a', fails)).rejects.toThrow('refused');
  expect(await once('a', async () => 'sent')).toBe('sent');
});

test('the oldest are forgotten', async () => {
  const once = createOnce<number>(2);
  for (const [n, id] of ['a', 'b', 'c'].entries()) await once(id, async () => n);
  expect([await once('b', async () => -1), await once('c', async () => -1)]).toEqual([1, 2]);
  expect(await once('a', async () => -1)).toBe(-1);
});
