import { type Column, timeOf } from './cell.js';

/** A mute, as `listMutes` of `@securitybot/sql` gives it. */
export interface MuteRow {
  readonly username: string;
  readonly title: string;
  readonly reason: string;
  /** ms since the epoch, UTC; NaN: its row tells no time. */
  readonly until: number;
  readonly since: number | null;
  readonly maxSeverity: string | null;
}

/** An opt-out, as `listOptOuts` gives it. */
export interface OptOutRow {
  readonly username: string;
  readonly reason: string;
  /** ms since the epoch, UTC. */
  readonly at: number | null;
}

export const MUTE_COLUMNS: readonly Column<MuteRow>[] = [
  { name: 'username', value: ({ username }) => username },
  { name: 'title', value: ({ title }) => title },
  { name: 'until', value: ({ until }) => timeOf(until), isWhole: true },
  { name: 'since', value: ({ since }) => timeOf(since), isWhole: true },
  { name: 'max_severity', value: ({ maxSeverity }) => maxSeverity },
  { name: 'reason', value: ({ reason }) => reason },
];

export const OPT_OUT_COLUMNS: readonly Column<OptOutRow>[] = [
  { name: 'username', value: ({ username }) => username },
  { name: 'since', value: ({ at }) => timeOf(at), isWhole: true },
  { name: 'reason', value: ({ reason }) => reason },
];
