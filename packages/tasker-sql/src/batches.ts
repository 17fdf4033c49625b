/** MySQL's `max_allowed_packet` is 16 MB where nobody changed it; PostgreSQL takes 65,535 parameters a statement, SQLite 32,766. */
const MAX_ROWS = 500;
const MAX_LENGTH = 1_000_000;

/** Splits what goes into one statement by number, and by length where that is told. One item that is longer goes alone. */
export function inBatches<T>(items: readonly T[], lengthOf: (item: T) => number = () => 0): T[][] {
  const batches: T[][] = [];
  let batch: T[] = [];
  let length = 0;
  for (const item of items) {
    const more = lengthOf(item);
    if (batch.length > 0 && (batch.length === MAX_ROWS || length + more > MAX_LENGTH)) {
      batches.push(batch);
      batch = [];
      length = 0;
    }
    batch.push(item);
    length += more;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
