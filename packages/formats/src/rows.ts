import { type Cell, type Column, textOf } from './cell.js';
import { csvRecord } from './csv.js';
import { jsonLine } from './json.js';
import { formatTable } from './table.js';

/** `json`: one array, a row a line. `ndjson`: an object a line, without the array. */
export type Format = 'table' | 'json' | 'ndjson' | 'csv';

/** A table is aligned so many rows at a time: nobody reads further, and memory ends somewhere. */
const BLOCK = 1000;

async function* blocksOf<T>(rows: AsyncIterable<T> | Iterable<T>): AsyncGenerator<readonly T[]> {
  let block: T[] = [];
  for await (const row of rows) {
    if (block.push(row) < BLOCK) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

/** A row by its columns' names, as JSON has it. */
export function rowObject<T>(columns: readonly Column<T>[], row: T): Readonly<Record<string, Cell>> {
  return Object.fromEntries(columns.map(({ name, value }) => [name, value(row)]));
}

/**
 * Rows as text, some at a time: any number of them. A table has the names above, and nothing at all where there are no rows; CSV has the
 * names always.
 * @param room columns of the terminal that a table is to fit.
 */
export async function* formatRows<T>(
  format: Format,
  columns: readonly Column<T>[],
  rows: AsyncIterable<T> | Iterable<T>,
  room?: number,
): AsyncGenerator<string> {
  const cellsOf = (row: T): readonly Cell[] => columns.map(({ value }) => value(row));
  const lineOf = (row: T) => jsonLine(rowObject(columns, row));
  let isFirst = true;
  if (format === 'csv') yield csvRecord(columns.map(({ name }) => name));
  if (format === 'json') yield '[';
  for await (const block of blocksOf(rows)) {
    const texts = (row: T) => cellsOf(row).map(textOf);
    if (format === 'table') yield formatTable(columns, block.map(texts), room);
    else if (format === 'csv') yield block.map((row) => csvRecord(cellsOf(row))).join('');
    else if (format === 'ndjson') yield block.map((row) => `${lineOf(row)}\n`).join('');
    else yield block.map((row, i) => `${isFirst && i === 0 ? '' : ','}\n${lineOf(row)}`).join('');
    isFirst = false;
  }
  if (format === 'json') yield isFirst ? ']\n' : '\n]\n';
}
