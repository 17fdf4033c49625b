export { createDuoAuth } from './auth.js';
export { checkDuo } from './check-duo.js';
export type { DuoAuthOptions } from './options.js';
