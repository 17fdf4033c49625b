import { brokenChallenges } from './auth-challenges.js';
import { brokenFailures } from './auth-failures.js';

export { authHarness } from './auth-harness.js';

export const brokenAuths = [...brokenChallenges, ...brokenFailures];
