import type { Task } from '@securitybot/core';
import { fromSqlTime, hexToHash, openDatabase, type SqlDatabase } from '@securitybot/sql';
import type { TaskerHarness } from '@securitybot/testing';
import { onTestFinished } from 'vitest';

/** What the seed's tables say of one alert, as whoever wrote it reads it there. */
export interface AlertRow {
  readonly title: string;
  readonly status: number;
  readonly comment: string | null;
  readonly performed: number | null;
  readonly authenticated: number | null;
}

/** Opens the database beside the bot, until the test is over. */
export async function lookInto(url: string): Promise<SqlDatabase> {
  const database = await openDatabase(url, { poolSize: 2 });
  onTestFinished(() => database.close());
  return database;
}

/** The alerts of a login, oldest first, to the second, and by title. */
export async function alertsOf({ db }: SqlDatabase, login: string): Promise<AlertRow[]> {
  return db
    .selectFrom('alerts')
    .innerJoin('alert_status', 'alert_status.hash', 'alerts.hash')
    .innerJoin('user_responses', 'user_responses.hash', 'alerts.hash')
    .select(['title', 'status', 'comment', 'performed', 'authenticated'])
    .where('ldap', '=', login)
    .orderBy('event_time')
    .orderBy('title')
    .execute();
}

/** The mutes of a login: their titles, and when they end (ms since the epoch, UTC). */
export async function mutesOf({ db }: SqlDatabase, login: string): Promise<{ title: string; until: number }[]> {
  const rows = await db.selectFrom('ignored').select(['title', 'until']).where('ldap', '=', login).execute();
  return rows.map(({ title, until }) => ({ title, until: fromSqlTime(until) }));
}

/** Our own record of the only task of a login. */
export async function taskOf({ db }: SqlDatabase, login: string): Promise<Task> {
  const { data } = await db
    .selectFrom('sb_tasks')
    .innerJoin('alerts', 'alerts.hash', 'sb_tasks.hash')
    .select('data')
    .where('ldap', '=', login)
    .executeTakeFirstOrThrow();
  return JSON.parse(data ?? 'null');
}

/** The seed's rows of one alert, as the suites of plugins read them. */
export async function recordOf(
  { db }: SqlDatabase,
  id: string,
): Promise<Awaited<ReturnType<NonNullable<TaskerHarness['record']>>>> {
  const row = await db
    .selectFrom('alert_status')
    .innerJoin('user_responses', 'user_responses.hash', 'alert_status.hash')
    .select(['status', 'comment', 'performed', 'authenticated'])
    .where('alert_status.hash', '=', hexToHash(id))
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    status: row.status as 0 | 1 | 2,
    comment: row.comment ?? '',
    performed: Boolean(row.performed),
    authenticated: Boolean(row.authenticated),
  };
}
