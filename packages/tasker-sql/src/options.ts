/** Something in the database that cannot be worked with, and what is wrong with it. Holds no alert text. */
export type SqlTaskerReject =
  /** An alert that cannot be asked about. `alert`: its hash as hex digits, of whatever length. Told once, and kept in `sb_rejects`. */
  | { readonly alert: string; readonly reason: string }
  /** A conversation that cannot be read. Told each time it is due, at most once a lease. */
  | { readonly person: string; readonly reason: string };

export interface SqlTaskerOptions {
  /** Told of what was left out, for a log. Should it throw, that changes nothing. */
  readonly onReject?: (reject: SqlTaskerReject) => void;
}

/** Tells of rejects, whatever the listener does. */
export function tellOf({ onReject }: SqlTaskerOptions): (rejects: readonly SqlTaskerReject[]) => void {
  return (rejects) => {
    for (const reject of rejects) {
      try {
        onReject?.(reject);
      } catch {
        // A listener's failure is its own; the alerts beside this one go on.
      }
    }
  };
}
