import { migrate, openDatabase, planMigration } from '@securitybot/sql';
import type { Command } from 'commander';
import { readEnvironment } from '../environment.js';
import type { Io } from '../io.js';

/** `securitybot migrate` */
export function addMigrate(program: Command, io: Io): void {
  program
    .command('migrate')
    .description("bring the database's schema up to date (start does so too)")
    .option('--plan', 'only say what would be done')
    .action(async ({ plan }: { plan?: boolean }) => {
      const database = await openDatabase(readEnvironment(io.env).databaseUrl);
      try {
        const steps = plan ? await planMigration(database) : await migrate(database);
        for (const step of steps) await io.out(`${step.text}\n`);
        if (steps.length === 0) await io.out('The schema is up to date.\n');
      } finally {
        await database.close();
      }
    });
}
