import { cleanLine, ELLIPSIS } from '@securitybot/core';
import stringWidth from 'string-width';
import type { Column } from './cell.js';

/** What is shown of a cell at the most: JSON and CSV have all of it. */
const MAX_CELL = 200;
/** No column is made narrower than this, as long as the line has room. */
const MIN_CELL = 6;
const GAP = '  ';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts a text to so many columns of a terminal, mark included: a character may take two of them, or none. */
export function cutColumns(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let cut = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment);
    if (used > columns - ELLIPSIS.length) break;
    cut += segment;
  }
  return columns < ELLIPSIS.length ? '' : cut + ELLIPSIS;
}

/** Takes from the widest of these columns first, until the line fits or nothing is left to take. */
function narrow(natural: readonly number[], room: number, mayCut: (column: number) => boolean): readonly number[] {
  const widths = [...natural];
  let over = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)) - room;
  while (over > 0) {
    const cuttable = widths.map((width, column) => (mayCut(column) ? width : 0));
    const widest = Math.max(...cuttable);
    if (widest <= MIN_CELL) break;
    // Of columns of one width the last: what stands first in a line matters most.
    widths[cuttable.lastIndexOf(widest)] = widest - 1;
    over -= 1;
  }
  return widths;
}

/** What the table needs to know of a column. */
export type TableColumn = Pick<Column<never>, 'name' | 'isWhole'>;

/**
 * Rows as lines with aligned columns, below a line of names. No text in them is obeyed by a terminal, or longer than a line.
 * @param room columns of the terminal: no line is wider. Absent: as wide as it takes.
 */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  room = Number.POSITIVE_INFINITY,
): string {
  const names = columns.map(({ name }) => name);
  const cells = [names, ...rows].map((row) => row.map((cell) => cleanLine(cell, MAX_CELL)));
  const natural = names.map((_, i) => Math.max(...cells.map((row) => stringWidth(row[i] ?? ''))));
  const some = narrow(natural, room, (column) => columns[column]?.isWhole !== true);
  const widths = narrow(some, room, () => true);
  const lines = cells.map((row) => {
    const padded = widths.map((width, i) => {
      const cell = cutColumns(row[i] ?? '', width);
      return cell + ' '.repeat(Math.max(0, width - stringWidth(cell)));
    });
    return cutColumns(padded.join(GAP).trimEnd(), room);
  });
  return `${lines.join('\n')}\n`;
}
