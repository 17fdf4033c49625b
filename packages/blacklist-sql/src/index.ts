export { createSqlBlacklist } from './blacklist.js';
