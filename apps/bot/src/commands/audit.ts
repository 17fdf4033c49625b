import { type Column, timeOf } from '@securitybot/formats';
import { type AuditEntry, listAudit } from '@securitybot/sql';
import type { Command } from 'commander';
import { withDatabase } from '../database.js';
import { readEnvironment } from '../environment.js';
import type { Io } from '../io.js';
import { printRows } from '../output.js';
import { type FormatOptions, formatOf, readLimit, withFormat } from './options.js';

const HELP = `
Columns: at, who, how, what, about, outcome.
  who      the name of the person or the token; of a command, the operating system's login at that host
  how      session, token, link, oidc; or command: typed at a host that reaches the database
  what     such as alert.raise, opt-out.put, mute.remove, token.create, sign-in
  about    the alert's id, the login, the token
  outcome  done, unchanged or failed; empty: it was begun, and nobody knows

Example:
  securitybot audit --limit 1000 --csv > audit.csv`;

const COLUMNS: readonly Column<AuditEntry>[] = [
  { name: 'at', value: ({ at }) => timeOf(at), isWhole: true },
  { name: 'who', value: ({ who }) => who },
  { name: 'how', value: ({ how }) => how },
  { name: 'what', value: ({ what }) => what, isWhole: true },
  { name: 'about', value: ({ about }) => about },
  { name: 'outcome', value: ({ outcome }) => outcome },
];

/** `securitybot audit` */
export function addAudit(program: Command, io: Io): void {
  const audit = program
    .command('audit')
    .description('list who changed what: on the page, by the API and on the command line, the newest first')
    .option('--limit <number>', 'list so many at the most', readLimit, 50);
  withFormat(audit)
    .addHelpText('after', HELP)
    .action(async (options: FormatOptions & { readonly limit: number }) => {
      const count = await withDatabase(readEnvironment(io.env).databaseUrl, async (database) =>
        printRows(io, formatOf(options), COLUMNS, await listAudit(database, options.limit)),
      );
      if (count === 0) io.err('Nothing is on the record.\n');
    });
}
