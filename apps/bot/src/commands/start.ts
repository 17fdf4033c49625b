import type { Command } from 'commander';
import { readEnvironment } from '../environment.js';
import type { Io } from '../io.js';
import { main } from '../main.js';

/** `securitybot start` */
export function addStart(program: Command, io: Io): void {
  program
    .command('start')
    .description('run the bot until the end of its input, or until it is told to stop (Ctrl-C)')
    .action(() => main(readEnvironment(io.env), io.err));
}
