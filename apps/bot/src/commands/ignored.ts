import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { cleanLine, normalise } from '@securitybot/core';
import { MUTE_COLUMNS } from '@securitybot/formats';
import { listMutes } from '@securitybot/sql';
import type { Command } from 'commander';
import { withDatabase } from '../database.js';
import { readEnvironment } from '../environment.js';
import { EXIT } from '../exit.js';
import type { Io } from '../io.js';
import { printRows } from '../output.js';
import { changed } from '../record.js';
import { type FormatOptions, formatOf, nonEmpty, withFormat } from './options.js';

const HELP = `
Who typed "ignore", or proved an alert to be theirs, is not asked about that title for some time:
such alerts end with the verdict "muted".

Columns: username, title, until, since, max_severity, reason.
  since         alerts that were first seen before are not covered; empty: all are
  max_severity  more severe ones are not covered; empty: all are

Exit code of remove: ${EXIT.notFound} when there is no such mute.

Examples:
  securitybot ignored --all --csv > mutes.csv
  securitybot ignored remove ann 'sudo on a production host'`;

/** `securitybot ignored …` */
export function addIgnored(program: Command, io: Io, end: (code: number) => void): void {
  const ignored = program
    .command('ignored')
    .description('list the mutes in force: which login is not asked about which title')
    .option('--all', 'those that have ended, too');
  withFormat(ignored)
    .addHelpText('after', HELP)
    .action(async (options: FormatOptions & { readonly all?: true }) => {
      const count = await withDatabase(readEnvironment(io.env).databaseUrl, async (database) => {
        const when = options.all ? {} : { inForceAt: await database.now() };
        return printRows(io, formatOf(options), MUTE_COLUMNS, await listMutes(database, when));
      });
      if (count === 0) io.err(options.all ? 'There is no mute.\n' : 'There is no mute in force.\n');
    });
  ignored
    .command('remove')
    .argument('<login>', 'whose mute', nonEmpty)
    .argument('<title>', 'of which title', nonEmpty)
    .description('end a mute: from now on, the title is asked about again')
    .action(async (username: string, title: string) => {
      const isRemoved = await withDatabase(readEnvironment(io.env).databaseUrl, (database) =>
        changed(database, 'mute.remove', `${normalise(username)}: ${normalise(title)}`, () =>
          createSqlBlacklist(database).remove({ username, title }),
        ),
      );
      const [who, what] = [cleanLine(username, 80), JSON.stringify(cleanLine(title, 200))];
      io.err(
        isRemoved ? `${who} is asked about ${what} again.\n` : `${who} has no mute of ${what}; nothing was changed.\n`,
      );
      if (!isRemoved) end(EXIT.notFound);
    });
}
