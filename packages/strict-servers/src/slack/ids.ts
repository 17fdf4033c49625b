import { randomBytes } from 'node:crypto';

/** Ids and times as Slack gives them out. */
export interface Ids {
  /** `U`, `W`, `D`, `C`, `V`, `Ev` … and a number that nobody else has. */
  next(prefix: string): string;
  /** A message's `ts`, of microseconds: later than any before, also where the clock stands still. */
  ts(): string;
  trigger(): string;
}

export function createIds(now: () => number): Ids {
  let count = 0;
  let last = 0;
  return {
    next(prefix) {
      count += 1;
      return `${prefix}0${count.toString(36).toUpperCase().padStart(9, '0')}`;
    },
    ts() {
      last = Math.max(last + 1, Math.floor(now() * 1000));
      return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, '0')}`;
    },
    trigger() {
      count += 1;
      return `${count}.${Math.floor(now())}.${randomBytes(16).toString('hex')}`;
    },
  };
}

/** The time of a `ts`: ms since the epoch, UTC. */
export const timeOf = (ts: string): number => Math.floor(Number(ts) * 1000);
