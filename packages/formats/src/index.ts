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
} from './alert-fields.js';
export { type Cell, type Column, timeOf } from './cell.js';
export { jsonLine } from './json.js';
export { MUTE_COLUMNS, type MuteRow, OPT_OUT_COLUMNS, type OptOutRow } from './people-columns.js';
export { type Format, formatRows, rowObject } from './rows.js';
export { parseTime, parseWhen } from './time.js';
export { SEVERITIES, VERDICTS } from './unions.js';
