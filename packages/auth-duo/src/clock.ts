import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '@securitybot/core';

/** The system's time: Duo compares it with its own. */
export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined),
};
