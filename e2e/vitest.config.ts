import { mergeConfig } from 'vitest/config';
import shared from '../vitest.shared.js';

// Bots are processes here, and whoever follows a dead one waits for its lease of half a minute.
export default mergeConfig(shared, { test: { include: ['chaos/**/*.test.ts'], testTimeout: 120_000 } });
