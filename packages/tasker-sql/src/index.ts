export type { SqlTaskerOptions, SqlTaskerReject } from './options.js';
export { countPrunable, pruneAlerts } from './prune.js';
export { createSqlTasker } from './tasker.js';
