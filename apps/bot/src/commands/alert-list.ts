import { CAUSES, type Cause, cleanLine } from '@securitybot/core';
import {
  ALERT_COLUMNS,
  type AlertColumn,
  alertColumns,
  anonymous,
  parseWhen,
  STATUS_NAMES,
  VERDICTS,
} from '@securitybot/formats';
import { type AlertListOptions, eachAlert } from '@securitybot/sql';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { withDatabase } from '../database.js';
import { readEnvironment } from '../environment.js';
import type { Io } from '../io.js';
import { printRows } from '../output.js';
import { type FormatOptions, formatOf, readLimit, withFormat } from './options.js';

/** What a table shows where nobody chose. */
const TABLE_COLUMNS = ['event_time', 'username', 'title', 'status', 'verdict', 'cause', 'id'];

/** What a table shows of an id: `alert show` finds an alert by it, among millions. */
const ID_DIGITS = 12;

const STATUSES = [0, 1, 2] as const;
type Status = (typeof STATUSES)[number];

type ListOptions = FormatOptions & {
  readonly username?: readonly string[];
  readonly title?: readonly string[];
  readonly status?: readonly Status[];
  readonly verdict?: NonNullable<AlertListOptions['verdict']>;
  readonly cause?: Cause;
  readonly performed?: string;
  readonly authenticated?: string;
  readonly after?: number;
  readonly before?: number;
  readonly order: NonNullable<AlertListOptions['order']>;
  readonly limit: number;
  readonly columns?: readonly string[];
  readonly anonymous?: true;
};

const HELP = `
Logins and titles compare trimmed and in lower case. A time is ISO 8601 (UTC where it names no zone)
or so long ago: -30m, -6h, -2d, -1d12h. It is when the event happened; where its writer said nothing,
when the alert was first seen.

Columns: ${ALERT_COLUMNS.slice(0, 9).join(', ')},
  ${ALERT_COLUMNS.slice(9).join(', ')}.
  Without --columns, JSON and CSV have all; a table has
  ${TABLE_COLUMNS.join(', ')}.
  id             the first ${ID_DIGITS} digits in a table without --columns: enough for alert show
  status         open (nobody was assigned yet), in-progress, done (or with the security team);
                 half: its row in alert_status is missing
  performed      the person says it was them
  authenticated  they proved it

A table fits the terminal, and is cut with a mark; JSON and CSV have everything. JSON is one array, a
row a line; what is not there is null. No alert: an empty result, and a line on stderr.

Examples:
  securitybot alert list --status open,in-progress
  securitybot alert list --verdict escalated --after -1d --columns event_time,username,title,cause
  securitybot alert list --title sudo --title 'New browser' --anonymous --limit 1000 --csv > alerts.csv`;

/** Values of an option that may be given again; a comma separates, too, but a name that has commas is found by all of it. */
function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  const parts = [value, ...value.split(',')].filter((each) => each.trim() !== '');
  if (value.replaceAll(',', '').trim() === '') throw new InvalidArgumentError('It is empty.');
  return [...new Set([...earlier, ...parts])];
}

function readStatuses(value: string, earlier: readonly Status[] = []): readonly Status[] {
  const statuses = value.split(',').map((each) => {
    const name = each.trim().toLowerCase();
    const status = STATUSES.find((number) => name === STATUS_NAMES[number] || name === String(number));
    if (status === undefined) throw new InvalidArgumentError(`Allowed choices are ${STATUS_NAMES.join(', ')}.`);
    return status;
  });
  return [...new Set([...earlier, ...statuses])];
}

function readTime(value: string): number {
  const time = parseWhen(value, Date.now());
  if (time !== undefined) return time;
  throw new InvalidArgumentError('Write ISO 8601 such as 2026-11-24T09:30:00Z, or so long ago: -30m, -6h, -2d.');
}

function readColumns(value: string): readonly string[] {
  const names = value.split(',').map((name) => name.trim().toLowerCase());
  const strangers = names.filter((name) => !ALERT_COLUMNS.includes(name));
  if (strangers.length === 0) return [...new Set(names)];
  throw new InvalidArgumentError(
    `There is no column ${strangers.map((name) => JSON.stringify(cleanLine(name, 40))).join(', ')}; there are ${ALERT_COLUMNS.join(', ')}.`,
  );
}

function filterOf(options: ListOptions): AlertListOptions {
  const { username, title, status, verdict, cause, performed, authenticated, after, before, order, limit } = options;
  return {
    order,
    limit,
    ...(username && { usernames: username }),
    ...(title && { titles: title }),
    ...(status && { status }),
    ...(verdict && { verdict }),
    ...(cause && { cause }),
    ...(performed !== undefined && { performed: performed === 'yes' }),
    ...(authenticated !== undefined && { authenticated: authenticated === 'yes' }),
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
  };
}

/** The columns of a table where nobody chose. */
const tableColumns = (): readonly AlertColumn[] =>
  alertColumns(TABLE_COLUMNS).map((column) =>
    column.name === 'id' ? { ...column, value: ({ alert }) => alert.id.slice(0, ID_DIGITS), isWhole: true } : column,
  );

async function list(io: Io, options: ListOptions): Promise<void> {
  const format = formatOf(options);
  const asked = options.columns ?? (format === 'table' ? undefined : ALERT_COLUMNS);
  const chosen = asked ? alertColumns(asked) : tableColumns();
  const columns = options.anonymous ? anonymous(chosen) : chosen;
  if (options.columns && columns.length < chosen.length) {
    const kept = columns.map(({ name }) => name);
    const left = options.columns.filter((name) => !kept.includes(name));
    io.err(`Left out for --anonymous: ${left.join(', ')}.\n`);
  }
  const count = await withDatabase(readEnvironment(io.env).databaseUrl, (database) =>
    printRows(io, format, columns, eachAlert(database, filterOf(options))),
  );
  if (count === 0) io.err('No alert matches.\n');
}

/** `securitybot alert list` */
export function addAlertList(alert: Command, io: Io): void {
  const command = alert
    .command('list')
    .description('list alerts, the newest first, however far they are')
    .option('--username <login>', 'about this login; may be given again', collect)
    .option('--title <title>', 'of this title; may be given again, or several with commas', collect)
    .option(
      '--status <status>',
      `how far it is: ${STATUS_NAMES.join(', ')}, or 0, 1, 2; may be given again, or several with commas`,
      readStatuses,
    )
    .addOption(new Option('--verdict <verdict>', 'how it ended').choices(VERDICTS))
    .addOption(new Option('--cause <cause>', 'why it went to the security team').choices(CAUSES))
    .addOption(new Option('--performed <answer>', 'whether the person says it was them').choices(['yes', 'no']))
    .addOption(new Option('--authenticated <answer>', 'whether they proved it').choices(['yes', 'no']))
    .option('--after <time>', 'happened at this time or later', readTime)
    .option('--before <time>', 'happened before this time', readTime)
    .addOption(new Option('--order <order>', 'what comes first').choices(['newest', 'oldest']).default('newest'))
    .option('--limit <number>', 'list so many at the most', readLimit, 50)
    .option('--columns <names>', 'list these columns in this order, separated by commas', readColumns)
    .option('--anonymous', 'logins as person-1, person-2, …; no description, reason, url or comment');
  withFormat(command)
    .addHelpText('after', HELP)
    .action((options: ListOptions) => list(io, options));
}
