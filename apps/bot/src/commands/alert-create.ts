import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Readable } from 'node:stream';
import { type Alert, cleanLine } from '@securitybot/core';
import { ALERT_FIELDS, type AlertFields, readAlertFields, SEVERITIES } from '@securitybot/formats';
import { type Command, Option } from 'commander';
import { type FileFormat, readAlertFile } from '../alert-file.js';
import { importAlerts } from '../alert-import.js';
import { createAlert } from '../alerts.js';
import { ringBells } from '../bell.js';
import { withDatabase } from '../database.js';
import { readEnvironment } from '../environment.js';
import { EXIT } from '../exit.js';
import { type Io, isBrokenPipe } from '../io.js';
import { createRaiser } from '../record.js';

interface CreateOptions extends Partial<Omit<AlertFields, 'event_time'>> {
  readonly eventTime?: string;
  readonly from?: string;
  readonly format?: FileFormat;
}

const FORMATS: Readonly<Record<string, FileFormat>> = {
  '.csv': 'csv',
  '.json': 'jsonl',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
};

const HELP = `
With --from, each line is answered for itself: its alert's id on stdout, or what is wrong with it on
stderr, as FILE:LINE: …; then the next. Where one was wrong, the command ends with ${EXIT.failed}. A lost database
ends it there.
  JSON lines  one object a line, strings only:
              {"username": "ann", "title": "sudo", "event_time": "2026-11-24T09:30:00Z"}
  CSV         RFC 4180; the first line names the columns
Fields: ${ALERT_FIELDS.join(', ')}.
Only username and title have to be there.

An alert without an id but with an event time gets its id from what it says: raising the same file
again raises nothing twice. Without both, each is another alert. Times are ISO 8601, UTC where they
name no zone.

Examples:
  securitybot alert create --username ann --title sudo --severity high --reason 'sudo -i, at 09:30'
  securitybot alert create --from alerts.csv
  my-detector | securitybot alert create --from -`;

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; see whether the path is right, from the folder that this runs in',
  EACCES: 'this user may not read it',
};

/** Throws an Error that names the file, and says what to do. */
async function openFile(path: string): Promise<Readable> {
  const unreadable = (why: string) => new Error(`--from ${cleanLine(path, 200)} cannot be read: ${why}`);
  const file = await open(path).catch(({ code = '', message }: NodeJS.ErrnoException) => {
    throw unreadable(UNREADABLE[code] ?? message);
  });
  if (!(await file.stat()).isDirectory()) return file.createReadStream();
  await file.close();
  throw unreadable('it is a folder; name a file');
}

async function createFrom(io: Io, from: string, format: FileFormat, databaseUrl: string): Promise<number> {
  const name = from === '-' ? 'stdin' : cleanLine(from, 200);
  let failed = false;
  await withDatabase(databaseUrl, async (database) => {
    const input = from === '-' ? io.stdin : await openFile(from);
    try {
      for await (const answer of importAlerts(createRaiser(database), readAlertFile(input, format), ringBells)) {
        if ('id' in answer) {
          if (!answer.isNew) io.err(`${name}:${answer.line}: known already; nothing was changed\n`);
          await io.out(`${answer.id}\n`).catch((error: unknown) => {
            if (!isBrokenPipe(error)) throw error;
            throw new Error(`nobody reads the ids any more: stopped after line ${answer.line} of ${name}`);
          });
        } else {
          failed = true;
          io.err(`${name}:${answer.line}: ${answer.wrong}\n`);
          if (answer.lost)
            io.err(`Stopped there. Once the database is back, raise the rest from line ${answer.line} on.\n`);
        }
      }
    } finally {
      input.destroy(); // whoever still writes learns that nobody reads
    }
  });
  return failed ? EXIT.failed : EXIT.done;
}

async function createOne(io: Io, alert: Alert, databaseUrl: string): Promise<number> {
  const { id, isNew } = await createAlert(databaseUrl, alert);
  await io.out(`${id}\n`);
  if (!isNew) io.err('That alert is known already; nothing was changed.\n');
  return EXIT.done;
}

/** `securitybot alert create` */
export function addAlertCreate(alert: Command, io: Io, end: (code: number) => void): void {
  const single = ['username', 'title', 'description', 'reason', 'url', 'severity', 'id', 'eventTime'];
  const command: Command = alert
    .command('create')
    .description('raise an alert, or those of a file; prints their ids')
    .option('--username <login>', 'the login it is about')
    .option('--title <title>', "the detector's name")
    .option('--description <text>', 'what was seen, in a sentence')
    .option('--reason <text>', 'the evidence')
    .option('--url <url>', 'where the security team reads more')
    .addOption(new Option('--severity <severity>', 'how bad it would be (default: medium)').choices([...SEVERITIES]))
    .option('--id <hex>', '64 hex digits, the SHA-256 of the event; the same id again is a no-op (default: see below)')
    .option('--event-time <time>', 'when it happened, ISO 8601 (default: now)')
    .addOption(new Option('--from <file>', 'raise the alerts of a file; - for stdin').conflicts(single))
    .addOption(
      new Option('--format <format>', 'of that file (default: by its name; of stdin: jsonl)').choices(['jsonl', 'csv']),
    )
    .addHelpText('after', HELP);
  command.action(async ({ from, format, eventTime, username, title, ...rest }: CreateOptions) => {
    const { databaseUrl } = readEnvironment(io.env);
    if (from !== undefined) {
      const known = format ?? (from === '-' ? 'jsonl' : FORMATS[extname(from).toLowerCase()]);
      if (known === undefined) {
        command.error(
          `error: the name of ${JSON.stringify(cleanLine(from, 200))} does not say what it is; add --format jsonl or --format csv`,
        );
      }
      end(await createFrom(io, from, known, databaseUrl));
      return;
    }
    if (format !== undefined) command.error('error: --format belongs to --from');
    if (username === undefined || title === undefined) {
      const missing = [
        ...(username === undefined ? ['--username <login>'] : []),
        ...(title === undefined ? ['--title <title>'] : []),
      ];
      command.error(`error: ${missing.join(' and ')} missing; or raise the alerts of a file: --from <file>`);
    }
    const time = eventTime === undefined ? {} : { event_time: eventTime };
    const read = readAlertFields({ username, title, ...rest, ...time }, Date.now());
    if ('problems' in read) {
      const wrong = read.problems.map(({ field, message }) => `--${field.replace('_', '-')} ${message}`);
      command.error(`error: ${wrong.join('\n')}`);
    }
    end(await createOne(io, read.alert, databaseUrl));
  });
}
