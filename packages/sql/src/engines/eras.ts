import { isReadOnly } from '../errors.js';

/** What has become of the connections of a pool that are older than the last refusal of a write. */
export interface Eras<C extends object> {
  /** The connection is there, and its server answers. Where it has been for longer, nothing changes. */
  begin(connection: C): void;
  /** Is told what a statement failed with. */
  failed(connection: C, error: unknown): void;
  /** It was there when a server refused a write: after a fail-over it leads to the old one, which may never tell when only asked to read. */
  isOver(connection: C): boolean;
}

/** A server that takes no writes any more is left, with every connection of the pool: where its name leads to by now, new ones find out. */
export function createEras<C extends object>(): Eras<C> {
  let era = 0;
  const begun = new WeakMap<C, number>();
  const isOver = (connection: C) => (begun.get(connection) ?? era) < era;
  return {
    begin(connection) {
      if (!begun.has(connection)) begun.set(connection, era);
    },
    failed(connection, error) {
      if (isReadOnly(error) && !isOver(connection)) era += 1; // many are refused at once, for one reason
    },
    isOver,
  };
}
