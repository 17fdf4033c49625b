export type { SqlTaskerOptions, SqlTaskerReject } from './options.js';
export { createSqlTasker } from './tasker.js';
