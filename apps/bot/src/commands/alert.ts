import { cleanText } from '@securitybot/core';
import type { Command } from 'commander';
import { showAlert } from '../alerts.js';
import { readEnvironment } from '../environment.js';
import { EXIT } from '../exit.js';
import type { Io } from '../io.js';
import { addAlertCreate } from './alert-create.js';
import { addAlertList } from './alert-list.js';

/** `securitybot alert …` */
export function addAlert(program: Command, io: Io, end: (code: number) => void): void {
  const alert = program.command('alert').description('raise alerts, list them, or tell the story of one');
  addAlertCreate(alert, io, end);
  addAlertList(alert, io);
  alert
    .command('show <id>')
    .description('tell the story of an alert so far; of its id, the beginning is enough')
    .action(async (id: string) => {
      const story = await showAlert(readEnvironment(io.env).databaseUrl, id);
      if (story === undefined) {
        io.err(`There is no alert ${cleanText(id, 80)}.\n`);
        end(EXIT.notFound);
      } else await io.out(`${story}\n`);
    });
}
