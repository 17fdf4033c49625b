import { PluginError, type Task } from '@securitybot/core';
import type { SqlDatabase } from '../database.js';
import { toPluginError } from '../errors.js';
import { hexToHash } from '../values.js';
import { type AlertRecord, recordOfRow, selectRecords } from './alert-row.js';

/** One alert as the database tells it. */
export interface AlertStory extends AlertRecord {
  /** Absent while the alert belongs to nobody yet. */
  readonly task?: Task;
}

function taskOf(id: string, data: string): Task {
  try {
    return JSON.parse(data) as Task;
  } catch (cause) {
    throw new PluginError('REJECTED', `sql: the row of ${id} in sb_tasks cannot be read; was it edited by hand?`, {
      cause,
    });
  }
}

/**
 * Everything about one alert; undefined where there is none of that id. Throws a PluginError: `REJECTED` for an id that is
 * none, `UNAVAILABLE` or `BAD_CREDENTIALS` where the database does not answer.
 */
export async function readAlert({ db }: SqlDatabase, id: string): Promise<AlertStory | undefined> {
  const query = selectRecords(db).select('sb_tasks.data').where('alerts.hash', '=', hexToHash(id));
  const row = await query.executeTakeFirst().catch((error: unknown) => {
    throw toPluginError(error, 'sql: reading an alert');
  });
  return row && { ...recordOfRow(row), ...(row.data !== null && { task: taskOf(id, row.data) }) };
}
