export { type DatabaseOptions, type Engine, openDatabase, type SqlDatabase } from './database.js';
export { toPluginError } from './errors.js';
export type { TextColumn } from './fit.js';
export { insertIfAbsent, upsert } from './insert.js';
export { type MigrationStep, migrate, planMigration } from './migrations/migrate.js';
export { type AlertStory, readAlert } from './queries/read-alert.js';
export type * from './schema.js';
export { fromSqlTime, hashToHex, hexToHash, normalise, toSqlTime } from './values.js';
