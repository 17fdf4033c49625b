import { defineConfig, mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.js';

export default mergeConfig(
  shared,
  defineConfig({
    test: {
      coverage: {
        provider: 'v8',
        include: ['src/**/*.ts'],
        exclude: ['src/**/*.test.ts', 'src/**/fixtures.ts', 'src/**/walk.ts'],
        thresholds: { lines: 95, branches: 95 },
      },
    },
  }),
);
