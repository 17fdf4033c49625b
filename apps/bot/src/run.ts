import { readFileSync } from 'node:fs';
import { cleanText } from '@securitybot/core';
import { Command, CommanderError } from 'commander';
import { addAlert } from './commands/alert.js';
import { addBlacklist } from './commands/blacklist.js';
import { addDoctor } from './commands/doctor.js';
import { addWeb } from './commands/frontend.js';
import { addIgnored } from './commands/ignored.js';
import { addMigrate } from './commands/migrate.js';
import { addPasskey } from './commands/passkey.js';
import { addPrune } from './commands/prune.js';
import { addStart } from './commands/start.js';
import { addToken } from './commands/token.js';
import { EXIT } from './exit.js';
import { type Io, isBrokenPipe } from './io.js';
import { ENVIRONMENT_HELP } from './variables.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const HELP = `
${ENVIRONMENT_HELP}

Exit codes: ${EXIT.done} done, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, ${EXIT.notFound} there is no such alert, mute or opt-out.`;

/** Runs one command. @returns what the process is to end with. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let code: number = EXIT.done;
  const end = (with_: number) => {
    code = with_;
  };
  // Help is printed by callbacks that cannot wait; it fits into any pipe.
  const writeOut = (text: string) => void io.out(text).catch(() => {});
  const program = new Command('securitybot')
    .description(
      'Asks the person an alert is about whether it was them, has them prove it, and takes the rest to the security team.',
    )
    .version(version)
    .showHelpAfterError('(securitybot --help says more)')
    .addHelpText('after', HELP)
    .configureOutput({ writeOut, writeErr: (text) => io.err(cleanText(text)) })
    .exitOverride();
  addStart(program, io);
  addMigrate(program, io);
  addAlert(program, io, end);
  addIgnored(program, io, end);
  addBlacklist(program, io, end);
  addPasskey(program, io, end);
  addPrune(program, io);
  addDoctor(program, io, end);
  addToken(program, io, end);
  addWeb(program, io);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (isBrokenPipe(error)) return code;
    io.err(`securitybot: ${cleanText(error instanceof Error ? error.message : String(error))}\n`);
    return EXIT.failed;
  }
}
