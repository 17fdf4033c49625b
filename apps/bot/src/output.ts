import { type Column, type Format, formatRows } from '@securitybot/formats';
import type { Io } from './io.js';

/** Prints rows as they come: any number of them. @returns how many. */
export async function printRows<T>(
  { out, columns: room }: Pick<Io, 'out' | 'columns'>,
  format: Format,
  columns: readonly Column<T>[],
  rows: AsyncIterable<T> | Iterable<T>,
): Promise<number> {
  let count = 0;
  async function* counted() {
    for await (const row of rows) {
      count += 1;
      yield row;
    }
  }
  for await (const text of formatRows(format, columns, counted(), room)) await out(text);
  return count;
}
