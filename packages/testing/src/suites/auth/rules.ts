import { type Rule, registerRules, type SuiteOptions } from '../rule.js';
import { challengeRules } from './challenges.js';
import { failureRules } from './failures.js';
import type { AuthHarness } from './harness.js';

/** What every Auth is held to. */
export const authRules: readonly Rule<AuthHarness>[] = [...challengeRules, ...failureRules];

/** Registers a vitest test for each rule of an Auth. */
export function testAuth(options: SuiteOptions<AuthHarness>): void {
  registerRules('Auth', authRules, options);
}
