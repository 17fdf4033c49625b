import type { Io } from '../io.js';
import { type Cell, type Column, textOf } from './cell.js';
import { csvRecord } from './csv.js';
import { jsonLine } from './json.js';
import { formatTable } from './table.js';

export type Format = 'table' | 'json' | 'csv';

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

/**
 * Prints rows as a table (the names above; nothing at all where there are none), as CSV, or as one JSON array with a row a line. Takes rows
 * as they come: any number of them. @returns how many.
 */
export async function printRows<T>(
  { out, columns: room }: Pick<Io, 'out' | 'columns'>,
  format: Format,
  columns: readonly Column<T>[],
  rows: AsyncIterable<T> | Iterable<T>,
): Promise<number> {
  const names = columns.map(({ name }) => name);
  const cellsOf = (row: T): readonly Cell[] => columns.map(({ value }) => value(row));
  const objectOf = (row: T) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)]));
  let count = 0;
  if (format === 'csv') await out(csvRecord(names));
  if (format === 'json') await out('[');
  for await (const block of blocksOf(rows)) {
    if (format === 'table') {
      await out(
        formatTable(
          columns,
          block.map((row) => cellsOf(row).map(textOf)),
          room,
        ),
      );
    } else if (format === 'csv') await out(block.map((row) => csvRecord(cellsOf(row))).join(''));
    else await out(block.map((row, i) => `${count + i === 0 ? '' : ','}\n${jsonLine(objectOf(row))}`).join(''));
    count += block.length;
  }
  if (format === 'json') await out(count === 0 ? ']\n' : '\n]\n');
  return count;
}
