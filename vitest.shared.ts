import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** How every package's tests run: beside the source, and on the sources of the other packages, so that no stale build answers. */
export default defineConfig({
  resolve: {
    alias: [
      ...['index', 'environment'].map((entry) => ({
        find: entry === 'index' ? /^@securitybot\/frontend$/ : `@securitybot/frontend/${entry}`,
        replacement: fileURLToPath(new URL(`./apps/frontend/src/${entry}.ts`, import.meta.url)),
      })),
      {
        find: '@securitybot/sql/testing',
        replacement: fileURLToPath(new URL('./packages/sql/src/testing.ts', import.meta.url)),
      },
      {
        find: /^@securitybot\/([a-z-]+)$/,
        replacement: fileURLToPath(new URL('./packages/$1/src/index.ts', import.meta.url)),
      },
    ],
  },
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
