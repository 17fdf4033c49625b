import { cp } from 'node:fs/promises';
import { defineConfig } from 'tsup';
import shared from '../../tsup.config.js';

export default defineConfig({
  ...shared,
  entry: ['src/cli.ts'],
  tsconfig: 'tsconfig.json',
  /** The projects begin with the reference bot's own configuration. */
  onSuccess: () => cp('../../apps/bot/config', 'dist/config', { recursive: true }),
});
