import type { Alert, recordOf } from '@securitybot/core';
import { hexToHash, type SqlDatabase, toSqlTime } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { testTasker } from '@securitybot/testing';
import { createSqlTasker } from './tasker.js';

/** As a writer does it that dies after the first of its three statements. */
async function insertHalf({ db }: SqlDatabase, alert: Alert): Promise<void> {
  const { id, username, title, description, reason, url, eventTime } = alert;
  const row = {
    hash: hexToHash(id),
    ldap: username,
    title,
    description,
    reason,
    url,
    event_time: toSqlTime(eventTime),
  };
  await db.insertInto('alerts').values(row).execute();
}

async function readRecord({ db }: SqlDatabase, id: string) {
  const row = await db
    .selectFrom('alert_status')
    .innerJoin('user_responses', 'user_responses.hash', 'alert_status.hash')
    .select(['status', 'comment', 'performed', 'authenticated'])
    .where('alert_status.hash', '=', hexToHash(id))
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    status: row.status as 0 | ReturnType<typeof recordOf>['status'],
    comment: row.comment ?? '',
    performed: row.performed === 1,
    authenticated: row.authenticated === 1,
  };
}

await forEachEngine(({ name, open }) => {
  testTasker({
    name: `createSqlTasker on ${name}`,
    async create() {
      let time = Date.UTC(2026, 10, 24, 10);
      const start = () => open({ now: () => time });
      const database = await start();
      return {
        tasker: createSqlTasker(database),
        other: async () => createSqlTasker(await start()),
        advance(ms) {
          time += ms;
        },
        insertHalf: (alert) => insertHalf(database, alert),
        record: (id) => readRecord(database, id),
        async unreachable() {
          const closed = await start();
          await closed.close();
          return createSqlTasker(closed);
        },
      };
    },
  });
});
