import type { Command } from 'commander';
import { readEnvironment } from '../environment.js';
import type { Io } from '../io.js';
import { createLogger } from '../log.js';
import { main } from '../main.js';
import { misspelt } from '../variables.js';

/** `securitybot start` */
export function addStart(program: Command, io: Io): void {
  program
    .command('start')
    .description('run the bot until the end of its input, or until it is told to stop (Ctrl-C)')
    .action(() => {
      const environment = readEnvironment(io.env);
      const log = createLogger(environment);
      for (const doubt of misspelt(io.env)) log.warn(doubt);
      return main(environment, io.err);
    });
}
