import { readFileSync } from 'node:fs';
import { cleanText } from '@securitybot/core';
import { Command, CommanderError } from 'commander';
import { addAlert } from './commands/alert.js';
import { addAudit } from './commands/audit.js';
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

Exit codes: ${EXIT.done} done, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, ${EXIT.notFound} there is no such alert, mute, opt-out,
  token or passkey, ${EXIT.forced} told to stop twice.`;

/** After an error, each command names its own help. */
function sayWhereHelpIs(command: Command, name: string): void {
  command.showHelpAfterError(`(${name} --help says more)`);
  for (const each of command.commands) sayWhereHelpIs(each, `${name} ${each.name()}`);
}

/**
 * Asked for the help of a command that there is not, commander would show that of the group above, as if all were well:
 * the name is tried without the wish for help, which throws what a wrong name throws. Adds nothing to any help.
 */
function refuseHelpOfNothing({ command }: { readonly command: Command }): string {
  const operands = command.args.filter((arg) => !arg.startsWith('-'));
  const [name] = operands[0] === 'help' ? operands.slice(1) : operands;
  const isGroup = command.commands.length > 0;
  const isKnown = command.commands.some((each) => each.name() === name);
  if (name !== undefined && isGroup && !isKnown) command.parse([name], { from: 'user' });
  return '';
}

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
    .addHelpText('after', HELP)
    .addHelpText('beforeAll', refuseHelpOfNothing)
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
  addAudit(program, io);
  addWeb(program, io);
  sayWhereHelpIs(program, program.name());
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
