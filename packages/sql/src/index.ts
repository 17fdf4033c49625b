export { normalise } from '@securitybot/core';
export { type AuditEntry, listAudit } from './audit/list-audit.js';
export { pruneRecords } from './audit/prune-records.js';
export { type Actor, type Change, type Outcome, recorded, recordedOne } from './audit/recorded.js';
export { type DatabaseOptions, openDatabase, type SqlDatabase } from './database.js';
export { type Engine, isMysqlFamily } from './engine.js';
export { toPluginError } from './errors.js';
export type { TextColumn } from './fit.js';
export { grouped } from './grouped.js';
export { insertIfAbsent, upsert } from './insert.js';
export { maybeLogin, normalisedSql } from './login.js';
export { type MigrationStep, migrate, planMigration } from './migrations/migrate.js';
export type { AlertFilter } from './queries/alert-filter.js';
export type { AlertRecord } from './queries/alert-row.js';
export { assertWritable } from './queries/assert-writable.js';
export { findAlertIds } from './queries/find-alert-ids.js';
export { type AlertTable, findHalves, type HalfAlert } from './queries/find-halves.js';
export {
  countUnassigned,
  type FailingEffect,
  findFailing,
  findOverdue,
  findRejects,
  type OverdueConversation,
  type RejectedAlert,
} from './queries/find-troubles.js';
export { type AlertListOptions, eachAlert, type ListedAlert, listAlerts } from './queries/list-alerts.js';
export { type AlertChange, type ChangesRequest, listChanges } from './queries/list-changes.js';
export { type ListedMute, listMutes } from './queries/list-mutes.js';
export { type ListedOptOut, listOptOuts } from './queries/list-opt-outs.js';
export { type AlertPage, type AlertPageOptions, pageAlerts } from './queries/page-alerts.js';
export { type AlertStory, readAlert } from './queries/read-alert.js';
export { countOpenTasks, type OpenState, readOverdueMs } from './queries/read-backlog.js';
export { type AlertStats, readStats, type StatsRequest, type VerdictCounts } from './queries/read-stats.js';
export { serverVersion } from './queries/server-version.js';
export type * from './schema.js';
export { fromSqlTime, hashToHex, hexToHash, toSqlTime } from './values.js';
