export { createDuoAuth } from './auth.js';
export { checkDuo, type DuoFinding } from './check-duo.js';
export type { DuoAuthOptions } from './options.js';
