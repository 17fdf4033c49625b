import { fileURLToPath } from 'node:url';
import { defaultCommands, defaultMessages, defaultPolicy } from '@securitybot/core';
import { expect, test } from 'vitest';
import { loadConfig } from './load.js';

const shipped = fileURLToPath(new URL('../../../apps/bot/config/bot.yaml', import.meta.url));

test('the shipped files say exactly what core does without any', async () => {
  const config = await loadConfig(shipped);
  expect(config).toStrictEqual({ policy: defaultPolicy, commands: defaultCommands, messages: defaultMessages });
});
