export {
  ALERT_COLUMNS,
  type AlertColumn,
  type AlertRow,
  alertColumns,
  anonymous,
  STATUS_NAMES,
} from './alert-columns.js';
export {
  ALERT_FIELDS,
  type AlertFields,
  alertOf,
  type FieldProblem,
  readAlertFields,
  SEVERITIES,
} from './alert-fields.js';
export { type Cell, type Column, timeOf } from './cell.js';
export { jsonLine } from './json.js';
export { type Format, formatRows, rowObject } from './rows.js';
export { parseTime, parseWhen } from './time.js';
