import type { BenchEngine } from './engines.ts';

/** One measured figure beside its floor, of one run. */
export interface Figure {
  readonly engine: string;
  readonly figure: string;
  readonly value: number;
  readonly floor?: number;
  /** What the floor is. */
  readonly beside?: string;
  /** What it must reach, in words. */
  readonly must: string;
  readonly reached: boolean;
}

/** How much is measured. */
export interface Scale {
  /** Alerts a round. */
  readonly alerts: number;
  /** How often floor and figure are measured in turn; the median counts. */
  readonly rounds: number;
  readonly quick: boolean;
}

/** A part of the benchmark, which may be run by itself. */
export interface Part {
  readonly name: string;
  /** For the help. */
  readonly about: string;
  measure(engine: BenchEngine, scale: Scale, progress: (line: string) => void): Promise<readonly Figure[]>;
}

/** What that part of the numbers is not above. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** What part of its floor a figure reaches: the median over the rounds, each of which measured both. */
export function ratioOf(figures: readonly number[], floors: readonly number[]): number {
  return median(figures.map((figure, n) => figure / (floors[n] ?? Number.NaN)));
}

/** To three digits that count. */
export function round(number: number): number {
  return Number(number.toPrecision(3));
}
