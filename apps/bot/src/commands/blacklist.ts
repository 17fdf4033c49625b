import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { cleanLine, normalise } from '@securitybot/core';
import { OPT_OUT_COLUMNS } from '@securitybot/formats';
import { listOptOuts } from '@securitybot/sql';
import type { Command } from 'commander';
import { withDatabase } from '../database.js';
import { readEnvironment } from '../environment.js';
import { EXIT } from '../exit.js';
import type { Io } from '../io.js';
import { printRows } from '../output.js';
import { changed } from '../record.js';
import { type FormatOptions, formatOf, nonEmpty, withFormat } from './options.js';

const HELP = `
Whoever types "stop" is on it, too, and whoever types "start" no longer.

Exit code of remove: ${EXIT.notFound} when the login is not on it. Adding one that is there changes nothing, and is no error.`;

const ADD_HELP = `
Alerts that come from now on go to the security team, with the cause "opted-out". What the person is
being asked already stays asked.`;

const shown = (login: string) => cleanLine(normalise(login), 80);

async function add(io: Io, login: string, reason: string): Promise<void> {
  await withDatabase(readEnvironment(io.env).databaseUrl, async (database) => {
    const blacklist = createSqlBlacklist(database);
    const isNew = await changed(database, 'opt-out.put', normalise(login), async () => {
      const standing = await blacklist.find({ username: login, title: '', now: await database.now() });
      if (standing && standing.title === undefined) return false;
      await blacklist.put({ username: login, reason });
      return true;
    });
    io.err(`${shown(login)} is on the blacklist ${isNew ? 'now' : 'already; nothing was changed'}.\n`);
  });
}

async function remove(io: Io, login: string): Promise<number> {
  const isRemoved = await withDatabase(readEnvironment(io.env).databaseUrl, (database) =>
    changed(database, 'opt-out.remove', normalise(login), () =>
      createSqlBlacklist(database).remove({ username: login }),
    ),
  );
  io.err(
    `${shown(login)} is ${isRemoved ? 'no longer on the blacklist' : 'not on the blacklist; nothing was changed'}.\n`,
  );
  return isRemoved ? EXIT.done : EXIT.notFound;
}

/** `securitybot blacklist …` */
export function addBlacklist(program: Command, io: Io, end: (code: number) => void): void {
  const blacklist = program
    .command('blacklist')
    .description('who is not to be written to: their alerts go to the security team at once')
    .addHelpText('after', HELP);
  withFormat(
    blacklist.command('list').description('list who is on it, since when and why (where somebody said so)'),
  ).action(async (options: FormatOptions) => {
    const count = await withDatabase(readEnvironment(io.env).databaseUrl, async (database) =>
      printRows(io, formatOf(options), OPT_OUT_COLUMNS, await listOptOuts(database)),
    );
    if (count === 0) io.err('Nobody is on the blacklist.\n');
  });
  blacklist
    .command('add')
    .argument('<login>', 'who is not to be written to', nonEmpty)
    .option('--reason <text>', 'why; for whoever reads the list', 'added on the command line')
    .description('put a login on it')
    .addHelpText('after', ADD_HELP)
    .action((login: string, { reason }: { reason: string }) => add(io, login, reason));
  blacklist
    .command('remove')
    .argument('<login>', 'who is to be asked again', nonEmpty)
    .description('take a login off it')
    .action(async (login: string) => end(await remove(io, login)));
}
