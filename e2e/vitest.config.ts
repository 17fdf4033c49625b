import { mergeConfig } from 'vitest/config';
import shared from '../vitest.shared.js';

// Bots are processes here, and whoever follows a dead one waits for its lease of half a minute: nearly all of the time is
// waiting, so more files run at once than there are cores.
export default mergeConfig(shared, { test: { include: ['chaos/**/*.test.ts'], maxWorkers: 4, testTimeout: 120_000 } });
