#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { cleanText } from '@securitybot/core';
import { migrate, openDatabase, planMigration } from '@securitybot/sql';
import { Command, CommanderError, Option } from 'commander';
import { type AlertOptions, createAlert, showAlert } from './alerts.js';
import { ENVIRONMENT_HELP, readEnvironment } from './environment.js';
import { main } from './main.js';

const EXIT = { failed: 1, usage: 2, notFound: 3 } as const;
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const print = (line: string) => process.stdout.write(`${line}\n`);

const program = new Command('securitybot')
  .description(
    'Asks the person an alert is about whether it was them, has them prove it, and takes the rest to the security team.',
  )
  .version(version)
  .showHelpAfterError('(securitybot --help says more)')
  .addHelpText(
    'after',
    `\n${ENVIRONMENT_HELP}\n\nExit codes: 0 done, ${EXIT.failed} failed, ${EXIT.usage} wrong usage, ${EXIT.notFound} no such alert.`,
  )
  .exitOverride();

program
  .command('start')
  .description('run the bot until the end of its input, or until it is told to stop (Ctrl-C)')
  .action(() => main(readEnvironment(process.env)));

program
  .command('migrate')
  .description("bring the database's schema up to date (start does so too)")
  .option('--plan', 'only say what would be done')
  .action(async ({ plan }: { plan?: boolean }) => {
    const database = await openDatabase(readEnvironment(process.env).databaseUrl);
    try {
      const steps = plan ? await planMigration(database) : await migrate(database);
      for (const step of steps) print(step.text);
      if (steps.length === 0) print('The schema is up to date.');
    } finally {
      await database.close();
    }
  });

const alert = program.command('alert').description('raise an alert, or tell its story');

alert
  .command('create')
  .description('raise an alert; prints its id')
  .requiredOption('--username <login>', 'the login it is about')
  .requiredOption('--title <title>', "the detector's name")
  .option('--description <text>', 'what was seen, in a sentence')
  .option('--reason <text>', 'the evidence')
  .option('--url <url>', 'where the security team reads more')
  .addOption(new Option('--severity <severity>', 'how bad it would be').choices(['low', 'medium', 'high', 'critical']))
  .option('--id <hex>', '64 hex digits, the SHA-256 of the event; the same id again is a no-op (default: a random one)')
  .action(async (options: AlertOptions) => {
    const { id, isNew } = await createAlert(readEnvironment(process.env).databaseUrl, options);
    print(id);
    if (!isNew) process.stderr.write('That alert is known already; nothing was changed.\n');
  });

alert
  .command('show <id>')
  .description('tell the story of an alert so far')
  .action(async (id: string) => {
    const story = await showAlert(readEnvironment(process.env).databaseUrl, id);
    if (story === undefined) {
      process.stderr.write(`There is no alert ${cleanText(id, 80)}.\n`);
      process.exitCode = EXIT.notFound;
    } else print(story);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
  else {
    process.stderr.write(`securitybot: ${cleanText(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = EXIT.failed;
  }
}
