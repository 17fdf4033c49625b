import { type Alert, PluginError } from '@securitybot/core';
import { hexToHash, insertIfAbsent, type Schema, type SqlDatabase, toSqlTime } from '@securitybot/sql';
import type { Insertable, InsertObject, Transaction } from 'kysely';
import { loginOf } from './login.js';
import { selectPruned } from './statements/pruned.js';

/** Thrown to roll back. */
const PRUNED = new Error('tasker-sql: it was dealt with, and deleted since');

const refuse = (alert: Alert, what: string) =>
  new PluginError('REJECTED', `tasker-sql: the alert ${JSON.stringify(alert.id.slice(0, 80))} ${what}`);

function encodeAlert({ fit }: SqlDatabase, alert: Alert): Insertable<Schema['alerts']> {
  const hash = hexToHash(alert.id);
  const ldap = fit('alerts.ldap', loginOf(alert.username));
  if (ldap === '') throw refuse(alert, 'has an empty username; give it the login it is about');
  if (!Number.isFinite(alert.eventTime)) {
    throw refuse(alert, `has the eventTime ${alert.eventTime}; give it ms since the epoch`);
  }
  return {
    hash,
    ldap,
    title: fit('alerts.title', alert.title),
    description: fit('alerts.description', alert.description),
    reason: fit('alerts.reason', alert.reason),
    url: fit('alerts.url', alert.url),
    event_time: toSqlTime(alert.eventTime),
  };
}

/** Each table's row is written unless it is there, so that a half becomes whole. @returns whether any was. */
async function insertAlert(
  database: SqlDatabase,
  trx: Transaction<Schema>,
  row: Insertable<Schema['alerts']>,
  severity: string | null,
): Promise<boolean> {
  const { hash } = row;
  const insert = <T extends keyof Schema & string>(table: T, values: InsertObject<Schema, T>) =>
    insertIfAbsent(database.engine, trx, table, [values]);
  // In the order in which `save` locks them.
  await insert('sb_tasks', { hash, severity, changed_at: database.nowMs() });
  const added = [
    await insert('alerts', row),
    await insert('user_responses', { hash, comment: '', performed: false, authenticated: false }),
    await insert('alert_status', { hash, status: 0 }),
  ];
  return added.includes(true);
}

/** See `Tasker.add`. */
export async function addAlert(database: SqlDatabase, alert: Alert): Promise<boolean> {
  const row = encodeAlert(database, alert);
  try {
    return await database.write(async (trx: Transaction<Schema>) => {
      const isNew = await insertAlert(database, trx, row, alert.severity ?? null);
      // Asked last: whoever is deleting it at this moment has let the rows go by now.
      if (isNew && (await selectPruned(trx, [row.hash])).length > 0) throw PRUNED;
      return isNew;
    });
  } catch (error) {
    if (error === PRUNED) return false;
    throw error;
  }
}
