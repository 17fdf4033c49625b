import type { Format } from '@securitybot/formats';
import { type Command, InvalidArgumentError, Option } from 'commander';

export interface FormatOptions {
  readonly json?: true;
  readonly csv?: true;
}

export const formatOf = ({ json, csv }: FormatOptions): Format => (json ? 'json' : csv ? 'csv' : 'table');

/** `--json` and `--csv`, in place of a table. */
export function withFormat(command: Command): Command {
  return command
    .addOption(new Option('--json', 'print one JSON array, a row a line').conflicts('csv'))
    .addOption(new Option('--csv', 'print CSV (RFC 4180), in which no cell is a formula'));
}

/** A login or title that somebody typed. Throws commander's InvalidArgumentError. */
export function nonEmpty(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty.');
  return value;
}

/** How many to list. Throws commander's InvalidArgumentError. */
export function readLimit(value: string): number {
  const limit = Number(value);
  if (/^\d+$/.test(value) && limit >= 1 && Number.isSafeInteger(limit)) return limit;
  throw new InvalidArgumentError('Write a whole number from 1.');
}
