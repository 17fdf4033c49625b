import { cleanLine } from '@securitybot/core';
import { jsonLine } from '@securitybot/formats';
import { type Command, Option } from 'commander';
import { examine } from '../doctor/doctor.js';
import type { Finding } from '../doctor/finding.js';
import { EXIT } from '../exit.js';
import type { Io } from '../io.js';

const HELP = `
It looks at
  environment    variables that cannot be used, or are nearly those of the bot
  configuration  bot.yaml and the files it names
  database       whether it answers, and what it is
  schema         whether it has to be migrated
  clock          the database's beside this machine's
  halves         alerts written to one or two of their three tables
  rejected       alerts about which nobody can be asked, and why
  stuck          what is due, or new, and nobody takes up
  effects        messages, reports and pushes that fail again and again
  people         opt-outs and mutes, counted
  chat, auth     where people are asked, and how they prove that it was them
and changes nothing. It reads whole tables: run it by hand or once an hour, not each second.

Each line begins with ok, warn (somebody should look at it) or fail (something does not work that
has to); what it names and what to do stand below. It ends with ${EXIT.done} when nothing failed, else with ${EXIT.failed}. As
JSON: one array of { check, level, code, text, advice, items }.`;

/** Items, and texts of errors, hold what other people wrote. */
const MAX_LINE = 1000;

function linesOf({ level, check, text, advice, items = [] }: Finding): string {
  const lines = [`${level.padEnd(4)}  ${check.padEnd(13)}  ${cleanLine(text, MAX_LINE)}`];
  const indent = ' '.repeat(21);
  for (const item of items) lines.push(`${indent}- ${cleanLine(item, MAX_LINE)}`);
  if (advice !== undefined) lines.push(`${indent}${cleanLine(advice)}`);
  return `${lines.join('\n')}\n`;
}

/** `securitybot doctor` */
export function addDoctor(program: Command, io: Io, end: (code: number) => void): void {
  program
    .command('doctor')
    .description('say what is in order and what is not, and what to do')
    .addOption(new Option('--json', 'print one JSON array, a finding a line'))
    .addHelpText('after', HELP)
    .action(async ({ json }: { readonly json?: true }) => {
      const findings = await examine(io.env);
      if (json) await io.out(`[\n${findings.map(jsonLine).join(',\n')}\n]\n`);
      else await io.out(findings.map(linesOf).join(''));
      if (findings.some(({ level }) => level === 'fail')) end(EXIT.failed);
    });
}
