import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { createSecuritybot, defaultPolicy } from '@securitybot/core';
import { openDatabase, type SqlDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import type { KyselyPlugin } from 'kysely';
import { hangBell } from '../../apps/bot/src/bell.ts';
import { willingPeople } from './people.ts';

/** What a replica tells whoever has started it. */
export type FromReplica =
  | { readonly type: 'ready' }
  /** Questions that are out, and alerts that are over, since the last time. */
  | { readonly type: 'seen'; readonly asked: readonly string[]; readonly verdicts: number }
  | { readonly type: 'failed'; readonly why: string }
  | ({ readonly type: 'report' } & ReplicaReport);

export interface ReplicaReport {
  readonly statements: number;
  readonly commits: number;
  /** CPU time of the process, in ms. */
  readonly cpuMs: number;
  /** Resident memory, in bytes. */
  readonly rss: number;
}

export type ToReplica = 'report' | 'stop';

/** How soon it tells what it has seen, in ms. */
const TELL_MS = 5;

/** The same database, with its statements and commits counted. */
function counted(database: SqlDatabase) {
  const counts = { statements: 0, commits: 0 };
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      counts.statements += 1;
      return result;
    },
  };
  const watched: SqlDatabase = {
    ...database,
    db: database.db.withPlugin(plugin),
    write: (work) => {
      counts.commits += 1;
      return database.write((transaction) => work(transaction.withPlugin(plugin)));
    },
  };
  return { watched, counts };
}

/** A replica of the bot, as its parent process wants it: with willing people, on the database of that URL. */
async function main(url: string): Promise<void> {
  const tell = (message: FromReplica) => process.connected && process.send?.(message);
  const database = await openDatabase(url);
  const { watched, counts } = counted(database);
  let asked: string[] = [];
  let verdicts = 0;
  let isTelling = false;
  /** Soon, with what else is seen until then; nothing runs while there is nothing to tell. */
  const tellSoon = () => {
    if (isTelling) return;
    isTelling = true;
    setTimeout(() => {
      tell({ type: 'seen', asked, verdicts });
      asked = [];
      verdicts = 0;
      isTelling = false;
    }, TELL_MS);
  };
  const bot = createSecuritybot(
    { ...willingPeople(), tasker: createSqlTasker(watched), blacklist: createSqlBlacklist(watched) },
    {
      reportingChannel: 'security',
      policy: { ...defaultPolicy, crowdPerMinute: Number.MAX_SAFE_INTEGER },
      observe(seen) {
        if (seen.type === 'failure') tell({ type: 'failed', why: `${seen.doing}: ${String(seen.error)}` });
        if (seen.type === 'asked') asked.push(seen.alert);
        if (seen.type === 'verdict' && seen.verdict.kind === 'confirmed') verdicts += 1;
        if (asked.length > 0 || verdicts > 0) tellSoon();
        if (seen.type === 'verdict' && seen.verdict.kind !== 'confirmed')
          tell({ type: 'failed', why: `an alert ended as ${JSON.stringify(seen.verdict)}` });
      },
    },
  );
  process.on('message', async (message: ToReplica) => {
    if (message === 'report') {
      const { user, system } = process.cpuUsage();
      return tell({ type: 'report', ...counts, cpuMs: (user + system) / 1000, rss: process.memoryUsage.rss() });
    }
    takeDownBell?.();
    await bot.stop();
    await database.close();
    process.disconnect();
  });
  await bot.start();
  const takeDownBell = await hangBell(bot.wake);
  tell({ type: 'ready' });
}

await main(process.argv[2] ?? '');
