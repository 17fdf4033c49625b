import {
  issueEnrolment,
  listPasskeys,
  type Passkey,
  removePasskey,
  type WebauthnOptions,
} from '@securitybot/auth-webauthn';
import { type Column, timeOf } from '@securitybot/formats';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { withDatabase } from '../database.js';
import { loginName, readEnvironment } from '../environment.js';
import { EXIT } from '../exit.js';
import type { Io } from '../io.js';
import { printRows } from '../output.js';
import { passkeyOptions } from '../passkeys.js';
import { type FormatOptions, formatOf, nonEmpty, withFormat } from './options.js';

const HELP = `
Needs SECURITYBOT_PASSKEY_ORIGIN. The security team is told of each link and of each passkey.

Columns of list: id, username, added_at, added_by, used_at, proves.
  proves  it is old enough to prove something

Exit code of remove: ${EXIT.notFound} when there is no such passkey.

Examples:
  securitybot passkey enrol ann
  securitybot passkey list --csv > passkeys.csv`;

const HOUR_MS = 60 * 60_000;

const COLUMNS: readonly Column<Passkey>[] = [
  { name: 'id', value: ({ id }) => id },
  { name: 'username', value: ({ login }) => login },
  { name: 'added_at', value: ({ addedAt }) => timeOf(addedAt) },
  { name: 'added_by', value: ({ addedBy }) => addedBy },
  { name: 'used_at', value: ({ usedAt }) => timeOf(usedAt ?? null) },
  { name: 'proves', value: ({ proves }) => proves },
];

function withPasskeys<T>(io: Io, work: (options: WebauthnOptions) => Promise<T>): Promise<T> {
  const environment = readEnvironment(io.env);
  return withDatabase(environment.databaseUrl, (database) => work(passkeyOptions(environment, database)));
}

function readHours(text: string): number {
  const hours = Number(text);
  if (hours > 0 && hours <= 24 * 30) return hours * HOUR_MS;
  throw new InvalidArgumentError('Give hours, up to 720.');
}

async function enrol(io: Io, login: string, goodForMs: number): Promise<void> {
  const { url, expiresAt } = await withPasskeys(io, (options) =>
    issueEnrolment(options, { login, by: loginName(), goodForMs }),
  );
  await io.out(`${url}\n`);
  io.err(
    `Good once, until ${new Date(expiresAt).toISOString()}. Give it to the person on a way that their chat account has no part in.\n`,
  );
}

/** `securitybot passkey …` */
export function addPasskey(program: Command, io: Io, end: (code: number) => void): void {
  const passkey = program
    .command('passkey')
    .description('with which people prove that it was them')
    .addHelpText('after', HELP);
  passkey
    .command('enrol')
    .argument('<login>', 'whose passkey, as alerts name it', nonEmpty)
    .addOption(
      new Option('--good-for <hours>', 'how long the link is good').argParser(readHours).default(24 * HOUR_MS, '24'),
    )
    .description('print a link, good once, with which the person adds a passkey')
    .action((login: string, { goodFor }: { goodFor: number }) => enrol(io, login, goodFor));
  withFormat(
    passkey.command('list').argument('[login]', 'whose; else of everybody').description('list passkeys'),
  ).action(async (login: string | undefined, options: FormatOptions) => {
    const count = await withPasskeys(io, async (webauthn) =>
      printRows(io, formatOf(options), COLUMNS, await listPasskeys(webauthn, login)),
    );
    if (count === 0) io.err('There is no passkey.\n');
  });
  passkey
    .command('remove')
    .argument('<id>', 'as list says it', nonEmpty)
    .description('take a passkey away: from now on, it proves nothing')
    .action(async (id: string) => {
      const isRemoved = await withPasskeys(io, (options) => removePasskey(options, { id, by: loginName() }));
      io.err(isRemoved ? 'The passkey is removed.\n' : 'There is no such passkey; nothing was changed.\n');
      if (!isRemoved) end(EXIT.notFound);
    });
}
