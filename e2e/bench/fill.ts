import { randomBytes } from 'node:crypto';
import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { createSecuritybot, defaultPolicy } from '@securitybot/core';
import { openDatabase, type Schema, type SqlDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { type InsertObject, type Selectable, sql } from 'kysely';
import type { Ground } from './engines.ts';
import { insertAlerts } from './floor.ts';
import { willingPeople } from './people.ts';
import { newLogins } from './whole.ts';

const MONTH = 30 * 24 * 3_600_000;
/** Rows a statement. */
const BATCH = 250;
/** People that closed alerts are about; each has had many. */
const PEOPLE = 100_000;

type Row<T extends keyof Schema> = Selectable<Schema[T]>;

/** What a real bot has left of one alert. */
interface Template {
  readonly login: string;
  readonly id: string;
  readonly alert: Row<'alerts'>;
  readonly status: Row<'alert_status'>;
  readonly response: Row<'user_responses'>;
  readonly task: Row<'sb_tasks'>;
  readonly conversation: Row<'sb_conversations'>;
}

/** Has a bot deal with one alert: until it is confirmed, or until it has been asked and nobody answers. */
async function makeTemplate(ground: Ground, database: SqlDatabase, what: 'open' | 'closed'): Promise<Template> {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const { chat, auth } = willingPeople();
  const silent = { ...chat, start: async () => undefined };
  const bot = createSecuritybot(
    {
      chat: what === 'open' ? silent : chat,
      auth,
      tasker: createSqlTasker(database),
      blacklist: createSqlBlacklist(database),
    },
    {
      reportingChannel: 'security',
      policy: { ...defaultPolicy, answerMs: { low: MONTH, medium: MONTH, high: MONTH, critical: MONTH } },
      observe({ type }) {
        if (type === (what === 'open' ? 'asked' : 'verdict')) resolve();
      },
    },
  );
  await bot.start();
  const [login = ''] = newLogins(1);
  await insertAlerts(ground, [login]);
  await done;
  await bot.idle();
  await bot.stop();
  const { db } = database;
  const alert = await db.selectFrom('alerts').selectAll().where('ldap', '=', login).executeTakeFirstOrThrow();
  const { hash } = alert;
  const person = `U-${login}`;
  return {
    login,
    id: Buffer.from(hash).toString('hex'),
    alert,
    status: await db.selectFrom('alert_status').selectAll().where('hash', '=', hash).executeTakeFirstOrThrow(),
    response: await db.selectFrom('user_responses').selectAll().where('hash', '=', hash).executeTakeFirstOrThrow(),
    task: await db.selectFrom('sb_tasks').selectAll().where('hash', '=', hash).executeTakeFirstOrThrow(),
    conversation: await db
      .selectFrom('sb_conversations')
      .selectAll()
      .where('person', '=', person)
      .executeTakeFirstOrThrow(),
  };
}

/** Copies a template, as if it had happened to somebody else. `hash`: of the alert. */
function copy({ login, id, ...rows }: Template, name: string, hash: Buffer) {
  const text = (data: string | null) => data?.replaceAll(id, hash.toString('hex')).replaceAll(login, name) ?? null;
  const { performed, authenticated } = rows.response;
  return {
    alert: { ...rows.alert, hash, ldap: name },
    status: { ...rows.status, hash },
    response: { ...rows.response, hash, performed: performed === 1, authenticated: authenticated === 1 },
    task: { ...rows.task, hash, person: `U-${name}`, data: text(rows.task.data) },
    conversation: { ...rows.conversation, person: `U-${name}`, data: text(rows.conversation.data) ?? '' },
  };
}

/** Fills a database with what a bot leaves of so many alerts. Open: each of another person, asked and unanswered. Closed: long ago. */
export async function fill(
  ground: Ground,
  what: 'open' | 'closed',
  count: number,
  progress: (line: string) => void,
): Promise<void> {
  const database = await openDatabase(ground.url);
  try {
    const template = await makeTemplate(ground, database, what);
    const long = { ...template, task: { ...template.task, seen_at: Date.now() - MONTH } };
    for (let from = 0; from < count; from += BATCH) {
      const copies = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => {
        // In the order of the keys, so that a table grows at its end.
        const hash = randomBytes(32);
        hash.writeUInt32BE(Math.floor(((from + n) / count) * 2 ** 32));
        return copy(long, `fill-${what}-${(from + n) % PEOPLE}`, hash);
      });
      await database.write(async (trx) => {
        const insert = <T extends keyof Schema & string>(table: T, rows: readonly InsertObject<Schema, T>[]) =>
          rows.length === 0 ? undefined : trx.insertInto(table).values(rows).execute();
        await insert(
          'alerts',
          copies.map(({ alert }) => alert),
        );
        await insert(
          'user_responses',
          copies.map(({ response }) => response),
        );
        await insert(
          'alert_status',
          copies.map(({ status }) => status),
        );
        await insert(
          'sb_tasks',
          copies.map(({ task }) => task),
        );
        const people = copies.map(({ conversation }) => conversation);
        await insert('sb_conversations', from < PEOPLE ? people : []);
      });
      if ((from / BATCH) % 100 === 99) progress(`filled ${from + BATCH} of ${count} ${what} alerts`);
    }
    const tables = 'alerts, user_responses, alert_status, sb_tasks, sb_conversations';
    const mysql = database.engine === 'mysql' || database.engine === 'mariadb';
    await sql.raw(mysql ? `analyze table ${tables}` : 'analyze').execute(database.db);
  } finally {
    await database.close();
  }
}
