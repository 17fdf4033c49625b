import { type FrontendSettings, ROLES, type Role, urlOf } from '@securitybot/frontend/environment';
import { type Command, Option } from 'commander';
import { ringBells } from '../bell.js';
import { openWritable, withDatabase } from '../database.js';
import { type Environment, readEnvironment } from '../environment.js';
import { sayIfNobodyServes, serveFrontend } from '../frontend.js';
import type { Io } from '../io.js';
import { createLogger } from '../log.js';
import { patiently } from '../patiently.js';
import { stopOnSignal, untilStopped } from '../stop.js';
import { nonEmpty } from './options.js';

/** Throws an Error where the environment switches it off. */
function settingsOf({ frontend }: Environment): FrontendSettings {
  if (frontend) return frontend;
  throw new Error('SECURITYBOT_HTTP is off, so there is no page; unset it.');
}

/** `securitybot frontend` */
function addFrontend(program: Command, io: Io): void {
  program
    .command('frontend')
    .description('serve the web page and the HTTP API without a bot (start serves them, too), until told to stop')
    .addHelpText(
      'after',
      '\nNobody is asked anything, nor is the security team told of passkeys: a bot on the same database does both.',
    )
    .action(async () => {
      const environment = readEnvironment(io.env);
      const settings = settingsOf(environment);
      const log = createLogger(environment);
      const stopping = stopOnSignal(log);
      const open = () => openWritable(environment.databaseUrl, log);
      const database = await patiently('open the database', open, { log, stopping });
      if (!database) return;
      try {
        const { url, stop } = await serveFrontend({
          settings,
          environment,
          database,
          onRaised: () => void ringBells(),
          log,
          say: io.err,
        });
        io.err(`Serving ${url} (Ctrl-C ends it)\n`);
        await untilStopped(new Promise(() => {}), stopping);
        await stop();
      } finally {
        await database.close();
      }
    });
}

/** `securitybot sign-in` */
function addSignIn(program: Command, io: Io): void {
  program
    .command('sign-in')
    .description('print a link that lets one person into the web page, once, within 15 minutes')
    .addOption(
      new Option('--role <role>', 'as what').choices(ROLES.filter((role) => role !== 'ingest')).default('admin'),
    )
    .option('--name <name>', 'who it is for, for the record (default: you)', nonEmpty)
    .action(async ({ role, name }: { readonly role: Role; readonly name?: string }) => {
      const environment = readEnvironment(io.env);
      const settings = settingsOf(environment);
      const { databaseUrl, owner, calledAs } = environment;
      if (settings.origin === undefined && settings.port === 0) {
        throw new Error(
          'SECURITYBOT_HTTP_PORT is 0, so nobody knows where the page is; set it to the port that it has.',
        );
      }
      const person = { name: name ?? owner, role };
      const { createSignInLink } = await import('@securitybot/frontend');
      const link = await withDatabase(databaseUrl, (database) =>
        createSignInLink(database, urlOf(settings), person, owner),
      );
      await io.out(`${link}\n`);
      await sayIfNobodyServes(settings, calledAs, io.err);
    });
}

export function addWeb(program: Command, io: Io): void {
  addFrontend(program, io);
  addSignIn(program, io);
}
