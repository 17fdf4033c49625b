import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { type Auth, type Chat, createSecuritybot, defaultPolicy, type InboundEvent } from '@securitybot/core';
import { migrate, openDatabase, type SqlDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import type { KyselyPlugin } from 'kysely';
import type { BenchEngine } from './engines.ts';

export interface Whole {
  readonly alertsPerSecond: number;
  readonly statementsPerAlert: number;
  readonly commitsPerAlert: number;
}

/** A chat whose people answer yes to everything at once, and a second factor that they approve at once. */
function willingPeople(): { chat: Chat; auth: Auth } {
  let receive: (event: InboundEvent) => Promise<void> = async () => undefined;
  let count = 0;
  return {
    chat: {
      name: 'bench',
      supports: { choices: true },
      async start(to) {
        receive = to;
      },
      stop: async () => undefined,
      findUser: async (by) => {
        const id = 'id' in by ? by.id : 'username' in by ? `U-${by.username}` : '';
        return { user: { id, username: id.slice(2), name: 'Ann' } };
      },
      async send(to, message) {
        count += 1;
        const value = message.choices?.[0]?.value;
        if ('user' in to && value !== undefined) {
          const press = {
            type: 'choice',
            id: `press ${message.key}`,
            user: to.user,
            value,
            reason: 'it was me',
          } as const;
          setImmediate(() => void receive(press));
        }
        return { id: `m${count}` };
      },
    },
    auth: {
      name: 'bench',
      readiness: async () => ({ ready: true }),
      challenge: async ({ id }) => ({ token: id }),
      check: async () => 'approved',
    },
  };
}

/** The same database, with its statements and commits counted. */
function counted(database: SqlDatabase) {
  const counts = { statements: 0, commits: 0 };
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      counts.statements += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const watched: SqlDatabase = {
    ...database,
    db: database.db.withPlugin(plugin),
    write: (work) => {
      counts.commits += 1;
      return database.write((transaction) => work(transaction.withPlugin(plugin) as typeof transaction));
    },
  };
  return { watched, counts };
}

/** Alerts of as many people through the whole conversation: question, answer, permission, push, verdict. One replica. */
export async function measureWhole(engine: BenchEngine, alerts: number): Promise<Whole> {
  const database = await openDatabase(engine.url);
  await migrate(database);
  const { watched, counts } = counted(database);
  const tasker = createSqlTasker(watched);
  const id = () => crypto.getRandomValues(Buffer.alloc(32)).toString('hex');
  let confirmed = 0;
  const { promise: finished, resolve: finish, reject: fail } = Promise.withResolvers<void>();
  const run = id().slice(0, 8); // nobody's title is muted by an earlier run
  const bot = createSecuritybot(
    { ...willingPeople(), tasker, blacklist: createSqlBlacklist(watched) },
    {
      reportingChannel: 'security',
      policy: { ...defaultPolicy, crowdPerMinute: Number.MAX_SAFE_INTEGER },
      observe(seen) {
        if (seen.type === 'failure') fail(seen.error);
        if (seen.type !== 'verdict') return;
        if (seen.verdict.kind !== 'confirmed') fail(new Error(`an alert ended as ${JSON.stringify(seen.verdict)}`));
        confirmed += 1;
        if (confirmed === alerts) finish();
      },
    },
  );
  const started = performance.now();
  await bot.start();
  const raising = (async () => {
    for (let i = 0; i < alerts; i += 1) {
      await tasker.add({
        id: id(),
        username: `${run}-${i}`,
        title: 'sudo',
        description: 'sudo on web-1',
        reason: 'root shell',
        url: 'https://siem.example/1',
        eventTime: Date.now(),
      });
    }
  })();
  await Promise.all([raising, finished]);
  const seconds = (performance.now() - started) / 1000;
  await bot.idle();
  await bot.stop();
  await database.close();
  return {
    alertsPerSecond: alerts / seconds,
    statementsPerAlert: counts.statements / alerts,
    commitsPerAlert: counts.commits / alerts,
  };
}
