import type { Readable } from 'node:stream';
import { cleanLine } from '@securitybot/core';
import { ALERT_FIELDS, type AlertFields } from '@securitybot/formats';
import { type CsvError, type Info, parse } from 'csv-parse';
import { linesOf } from './lines.js';

export type FileFormat = 'jsonl' | 'csv';

/** One alert of a file, or what is wrong with the line. */
export type FileEntry = {
  /** Where it begins; counts from 1. */
  readonly line: number;
} & ({ readonly fields: AlertFields } | { readonly wrong: string });

/** The longest line or record, in characters: nobody's memory should be filled by one quote that is not closed. */
const MAX_RECORD = 1_000_000;

const KNOWN: ReadonlySet<string> = new Set(ALERT_FIELDS);
const unknown = (names: readonly string[]) =>
  `${names.map((name) => JSON.stringify(cleanLine(name, 40))).join(', ')} is no field; there are ${ALERT_FIELDS.join(', ')}`;

/** What is empty is as good as not there, but for the two that have to be. */
function fieldsOf(values: ReadonlyMap<string, string>): AlertFields {
  const filled = [...values].filter(([, value]) => value.trim() !== '');
  return { username: '', title: '', ...(Object.fromEntries(filled) as Partial<AlertFields>) };
}

function readObject(text: string): AlertFields | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `this is no JSON: ${cleanLine(error instanceof Error ? error.message : String(error), 200)}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'write one JSON object a line, such as {"username": "ann", "title": "sudo"}';
  }
  const entries = Object.entries(value).filter(([, each]) => each !== null);
  const strangers = entries.flatMap(([name]) => (KNOWN.has(name) ? [] : [name]));
  if (strangers.length > 0) return unknown(strangers.slice(0, 5));
  const wrong = entries.find(([, each]) => typeof each !== 'string');
  if (wrong) return `${wrong[0]} is ${typeof wrong[1]}; write a string`;
  return fieldsOf(new Map(entries as [string, string][]));
}

async function* readJsonLines(input: Readable): AsyncGenerator<FileEntry> {
  for await (const { number: line, text } of linesOf(input, MAX_RECORD)) {
    if (text === undefined) yield { line, wrong: `it is longer than ${MAX_RECORD} characters` };
    else if (text.trim() !== '') {
      const read = readObject(text);
      yield typeof read === 'string' ? { line, wrong: read } : { line, fields: read };
    }
  }
}

/** A header that cannot be used, and why. */
function wrongHeader(header: readonly string[]): string | undefined {
  const strangers = header.filter((name) => !KNOWN.has(name));
  if (strangers.length > 0) return unknown(strangers.slice(0, 5));
  const missing = ['username', 'title'].filter((name) => !header.includes(name));
  if (missing.length > 0) return `the header has no ${missing.join(' and no ')}; the first line names the columns`;
  return new Set(header).size < header.length ? 'the header names a column twice' : undefined;
}

function readRecord(header: readonly string[], record: readonly string[]): AlertFields | string {
  if (record.length !== header.length) {
    const way =
      record.length > header.length
        ? 'put a text with commas into double quotes'
        : 'write the comma of a field that is empty, too';
    const expected = `${header.length} (${header.join(', ')})`;
    return `it has ${record.length} ${record.length === 1 ? 'field' : 'fields'} instead of ${expected}; ${way}`;
  }
  return fieldsOf(new Map(record.map((value, i) => [header[i] ?? '', value])));
}

const breaksIn = (record: readonly string[]) =>
  record.reduce((count, value) => count + (value.match(/\r\n|\n|\r/g)?.length ?? 0), 0);

function wrongCsv({ code }: CsvError): string {
  return code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'a double quote is opened and never closed'
    : `it is longer than ${MAX_RECORD} characters; is a double quote opened and never closed? What follows was not read`;
}

async function* readCsv(input: Readable): AsyncGenerator<FileEntry> {
  let broken: CsvError | undefined;
  const parser = parse({
    bom: true,
    info: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD,
    // What came before an error is still in the stream: thrown, the error would overtake it.
    skip_records_with_error: true,
    on_skip(error) {
      broken ??= error;
      input.unpipe(parser);
      if (!parser.writableEnded) parser.end();
    },
  });
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let header: readonly string[] | undefined;
  // Of those that were read; csv-parse counts a CRLF within quotes as two.
  let lines = 0;
  try {
    for await (const { info, record } of parser as AsyncIterable<{ info: Info; record: string[] }>) {
      const line = lines + info.empty_lines + 1;
      lines += 1 + breaksIn(record);
      if (header === undefined) {
        header = record.map((name) => name.trim().toLowerCase());
        const wrong = wrongHeader(header);
        if (wrong === undefined) continue;
        yield { line, wrong };
        return;
      }
      const read = readRecord(header, record);
      yield typeof read === 'string' ? { line, wrong: read } : { line, fields: read };
    }
    if (broken) yield { line: lines + parser.info.empty_lines + 1, wrong: wrongCsv(broken) };
  } finally {
    input.destroy();
  }
}

/**
 * Reads alerts from JSON lines (an object a line) or CSV (by RFC 4180, the first line names the columns), one after the
 * other: a file of any length takes little memory. Throws what the stream fails with.
 */
export function readAlertFile(input: Readable, format: FileFormat): AsyncGenerator<FileEntry> {
  return format === 'csv' ? readCsv(input) : readJsonLines(input);
}
