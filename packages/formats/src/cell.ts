/** One value of one row, as JSON has it; null: there is none. */
export type Cell = string | number | boolean | null;

/** A column by its name, which is also its field's name in JSON. */
export interface Column<T> {
  readonly name: string;
  readonly value: (row: T) => Cell;
  /** Of no use when cut: a narrow table takes from the others first. */
  readonly isWhole?: true;
}

/** For tables and CSV: yes and no, and nothing where there is nothing. */
export function textOf(cell: Cell): string {
  if (cell === null) return '';
  return typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : String(cell);
}

/** ISO 8601 in UTC, without parts of a second; null where there is no time, or none that can be told. */
export function timeOf(ms: number | null): string | null {
  if (ms === null || Number.isNaN(new Date(ms).getTime())) return null;
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
