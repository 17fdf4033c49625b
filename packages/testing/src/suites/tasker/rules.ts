import { type Rule, registerRules, type SuiteOptions } from '../rule.js';
import { alertRules } from './alerts.js';
import { claimRules } from './claims.js';
import type { TaskerHarness } from './harness.js';
import { saveRules } from './saves.js';

/** What every Tasker is held to. */
export const taskerRules: readonly Rule<TaskerHarness>[] = [...alertRules, ...claimRules, ...saveRules];

/** Registers a vitest test for each rule of a Tasker. */
export function testTasker(options: SuiteOptions<TaskerHarness>): void {
  registerRules('Tasker', taskerRules, options);
}
