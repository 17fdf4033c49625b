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

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** To three digits that count. */
export function round(number: number): number {
  return Number(number.toPrecision(3));
}
