import { pruneRecords, type SqlDatabase, toSqlTime } from '@securitybot/sql';
import { countPrunable, pruneAlerts } from '@securitybot/tasker-sql';
import { type Command, InvalidArgumentError } from 'commander';
import { withDatabase } from '../database.js';
import { readEnvironment } from '../environment.js';
import type { Io } from '../io.js';
import { changed } from '../record.js';

interface PruneOptions {
  /** In days. */
  readonly olderThan: number;
  readonly dryRun?: true;
}

const DAY_MS = 86_400_000;
/** How often progress is told, in ms. */
const TELL_MS = 1000;

const HELP = `
An alert goes from all tables, some hundreds in a transaction: bots and detectors go on meanwhile, and
it may be ended (Ctrl-C) and run again at any time. What is open, or still to be reported, stays. Ids
are kept: should an alert come again, it is known, and nobody is asked. What an older Securitybot has
dealt with goes by when it happened.

The record of who changed what goes by the same age, but none of it before it is a year old. Sessions and
links that have ended go, too.

Example:
  securitybot prune --older-than 90d --dry-run`;

/** Throws commander's InvalidArgumentError. */
function parseDays(text: string): number {
  const days = Number(/^(\d{1,5})d$/.exec(text.trim())?.[1] ?? 0);
  if (days >= 1) return days;
  throw new InvalidArgumentError('Give days, from 1d on, such as 90d.');
}

const count = (n: number) => n.toLocaleString('en-US');

async function prune(io: Io, database: SqlDatabase, before: Date, most: number): Promise<number> {
  let deleted = 0;
  let told = performance.now();
  for await (const some of pruneAlerts(database, before)) {
    deleted += some;
    if (performance.now() - told < TELL_MS) continue;
    io.err(`deleted ${count(deleted)} of ${count(most)}\n`);
    told = performance.now();
  }
  return deleted;
}

interface Pruned {
  /** Alerts. */
  readonly deleted: number;
  /** Of the record. */
  readonly entries: number;
}

async function pruneAll(io: Io, database: SqlDatabase, before: Date, most: number): Promise<Pruned> {
  const deleted = await prune(io, database, before, most);
  return { deleted, entries: await pruneRecords(database, before) };
}

/** Who deletes is on the record, too. */
async function onRecord(database: SqlDatabase, about: string, work: () => Promise<Pruned>): Promise<Pruned> {
  let pruned: Pruned = { deleted: 0, entries: 0 };
  await changed(database, 'prune', about, async () => {
    pruned = await work();
    return pruned.deleted + pruned.entries > 0;
  });
  return pruned;
}

/** `securitybot prune` */
export function addPrune(program: Command, io: Io): void {
  program
    .command('prune')
    .description('delete alerts that were closed long ago')
    .requiredOption('--older-than <days>', 'closed longer ago than this, such as 90d', parseDays)
    .option('--dry-run', 'only say how many there are')
    .addHelpText('after', HELP)
    .action(({ olderThan, dryRun }: PruneOptions) =>
      withDatabase(readEnvironment(io.env).databaseUrl, async (database) => {
        const before = new Date((await database.now()).getTime() - olderThan * DAY_MS);
        const when = `closed before ${toSqlTime(before.getTime())} UTC`;
        const most = await countPrunable(database, before);
        if (dryRun) await io.out(`${when}: ${count(most)}; nothing was deleted\n`);
        else {
          const { deleted, entries } = await onRecord(database, when, () => pruneAll(io, database, before, most));
          await io.out(`${when}: ${count(deleted)} deleted, their ids are kept\n`);
          if (entries > 0) io.err(`entries of the record deleted, older than a year: ${count(entries)}\n`);
        }
      }),
    );
}
