import { PluginError } from '@securitybot/core';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { patiently, pauseAfter } from './patiently.js';

const log = pino({ level: 'silent' });

test('pauses double from a second to half a minute, and scatter', () => {
  expect([1, 2, 3, 4, 5, 6, 100].map((failures) => pauseAfter(failures, 1))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ]);
  expect(pauseAfter(3, 0)).toBe(2000);
});

test.each(['BAD_CREDENTIALS', 'REJECTED'] as const)('%s does not pass, so it is thrown', async (code) => {
  let tries = 0;
  const refused = async () => {
    tries += 1;
    throw new PluginError(code, 'no');
  };
  const waiting = patiently('open', refused, { log, stopping: new AbortController().signal });
  await expect(waiting).rejects.toMatchObject({ code });
  expect(tries).toBe(1);
});

test('told to stop while it waits, it gives up at once', async () => {
  const stop = new AbortController();
  let tries = 0;
  const away = async () => {
    tries += 1;
    stop.abort();
    throw new PluginError('UNAVAILABLE', 'away');
  };
  expect(await patiently('open', away, { log, stopping: stop.signal })).toBeUndefined();
  expect(tries).toBe(1);
});
