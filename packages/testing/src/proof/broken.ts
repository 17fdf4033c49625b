/** A plugin broken on purpose, by one mistake that somebody might make. */
export interface Broken<Harness> {
  /** The mistake, in words. */
  readonly mistake: string;
  /** The rule that must catch it; others may, too. */
  readonly caughtBy: string;
  readonly create: () => Harness;
}
