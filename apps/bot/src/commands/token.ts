import { cleanLine } from '@securitybot/core';
import { type Column, timeOf } from '@securitybot/formats';
import type { Token } from '@securitybot/frontend';
import { ROLES, type Role } from '@securitybot/frontend/environment';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { withDatabase } from '../database.js';
import { readEnvironment } from '../environment.js';
import { EXIT } from '../exit.js';
import { sayIfNobodyServes } from '../frontend.js';
import type { Io } from '../io.js';
import { printRows } from '../output.js';
import { changed } from '../record.js';
import { type FormatOptions, formatOf, nonEmpty, withFormat } from './options.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 730;

const COLUMNS: readonly Column<Token>[] = [
  { name: 'id', value: ({ id }) => id, isWhole: true },
  { name: 'role', value: ({ role }) => role },
  { name: 'name', value: ({ name }) => name },
  { name: 'created_at', value: ({ createdAt }) => timeOf(createdAt), isWhole: true },
  { name: 'created_by', value: ({ createdBy }) => createdBy },
  { name: 'expires_at', value: ({ expiresAt }) => timeOf(expiresAt), isWhole: true },
  { name: 'used_at', value: ({ usedAt }) => timeOf(usedAt), isWhole: true },
  { name: 'revoked_at', value: ({ revokedAt }) => timeOf(revokedAt), isWhole: true },
];

const HELP = `
Machines send a token as "Authorization: Bearer …". Its role says what for:
  ingest  to raise alerts, and nothing else: for detectors
  viewer  to see everything
  admin   to see, raise and change everything

Columns: id, role, name, created_at, created_by, expires_at, used_at (about when last), revoked_at.

Exit code of revoke: ${EXIT.notFound} when there is no such token, or it was revoked before.

Examples:
  securitybot token create --role ingest --expires 90d --name siem
  securitybot token revoke 1f2e3d4c5b6a7988`;

function readLife(value: string): number {
  const [, days] = /^(\d{1,4})d$/.exec(value) ?? [];
  const count = Number(days);
  if (count >= 1 && count <= MOST_DAYS) return count * DAY_MS;
  throw new InvalidArgumentError(`Write days, such as 90d, from 1d to ${MOST_DAYS}d.`);
}

interface CreateOptions {
  readonly role: Role;
  readonly expires: number;
  readonly name: string;
}

/** `securitybot token …` */
export function addToken(program: Command, io: Io, end: (code: number) => void): void {
  const token = program
    .command('token')
    .description('credentials of machines for the HTTP API')
    .addHelpText('after', HELP);
  token
    .command('create')
    .description('make a token; it is shown this once')
    .addOption(new Option('--role <role>', 'what it is for').choices(ROLES).makeOptionMandatory())
    .requiredOption('--expires <days>', 'when it ends, such as 90d', readLife)
    .option('--name <name>', 'what has it, for lists and the record', nonEmpty, 'unnamed')
    .action(async ({ role, expires: lifeMs, name }: CreateOptions) => {
      const { databaseUrl, owner, calledAs, frontend } = readEnvironment(io.env);
      const { createToken, newTokenId } = await import('@securitybot/frontend');
      const id = newTokenId();
      let secret = '';
      await withDatabase(databaseUrl, (database) =>
        changed(database, 'token.create', `${id}: ${role}, ${name}`, async () => {
          ({ secret } = await createToken(database, { id, role, name, by: owner, lifeMs }));
          return true;
        }),
      );
      io.err('Keep it where secrets are kept: it is shown this once.\n');
      await io.out(`${secret}\n`);
      if (frontend) await sayIfNobodyServes(frontend, calledAs, io.err);
    });
  withFormat(token.command('list').description('list all tokens, the newest first, without their secrets')).action(
    async (options: FormatOptions) => {
      const { listTokens } = await import('@securitybot/frontend');
      const count = await withDatabase(readEnvironment(io.env).databaseUrl, async (database) =>
        printRows(io, formatOf(options), COLUMNS, await listTokens(database)),
      );
      if (count === 0) io.err('There is no token.\n');
    },
  );
  token
    .command('revoke')
    .argument('<id>', 'as the list has it', nonEmpty)
    .description('end a token now')
    .action(async (id: string) => {
      const { databaseUrl } = readEnvironment(io.env);
      const { revokeToken } = await import('@securitybot/frontend');
      const isRevoked = await withDatabase(databaseUrl, (database) =>
        changed(database, 'token.revoke', id, () => revokeToken(database, id)),
      );
      const shown = JSON.stringify(cleanLine(id, 80));
      io.err(isRevoked ? `Token ${shown} is revoked.\n` : `There is no token ${shown} that could be revoked.\n`);
      if (!isRevoked) end(EXIT.notFound);
    });
}
