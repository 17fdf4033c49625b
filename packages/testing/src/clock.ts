import type { Clock as EngineClock } from '@securitybot/core';

/** A clock that only goes on when it is told to. Nothing sleeps for real. */
export interface Clock extends EngineClock {
  /**
   * Goes on by so many ms, from sleeper to sleeper in the order of their times; after each, whatever it set off runs as
   * far as it gets without waiting. Throws a RangeError for a negative time, an Error while another `advance` is under way.
   */
  advance(ms: number): Promise<void>;
  /** Goes on to that time. Time does not run backwards: throws a RangeError for the past. */
  set(time: Date | number): Promise<void>;
  /** Calls back after so many ms. @returns what calls it off. */
  setTimeout(callback: () => void, ms: number): () => void;
  /** How many are asleep: sleepers and timeouts. */
  readonly asleep: number;
}

export interface ClockOptions {
  /** Waits for what a woken sleeper set off; by default some turns of the event loop, enough for what does no real I/O. */
  readonly settle?: () => Promise<void>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Monday, 09:00 in UTC: where simulated time begins unless told otherwise. */
export const CLOCK_START = Date.UTC(2026, 0, 5, 9);

/** Lets run what is ready to run: promises, and whatever they set off, for some turns of the event loop. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** A simulated clock that stands at `start` (by default `CLOCK_START`). */
export function createClock(start: Date | number = CLOCK_START, { settle = turns }: ClockOptions = {}): Clock {
  let time = Number(start);
  let advancing = false;
  const sleepers = new Set<Sleeper>();

  // At least a ms, like the real timers: two that sleep for nothing in turn would never let the clock go on.
  const fallAsleep = (ms: number, wake: () => void): (() => void) => {
    const sleeper = { at: time + Math.max(1, Math.ceil(ms)), wake };
    sleepers.add(sleeper);
    return () => sleepers.delete(sleeper);
  };

  /** The first to wake; of two of one time the one that fell asleep first. */
  const next = (until: number): Sleeper | undefined => {
    let first: Sleeper | undefined;
    for (const sleeper of sleepers) if (sleeper.at <= until && !(first && first.at <= sleeper.at)) first = sleeper;
    return first;
  };

  const advanceTo = async (until: number): Promise<void> => {
    if (!(until >= time)) throw new RangeError(`The simulated clock stands at ${time} and cannot be set to ${until}.`);
    if (advancing) throw new Error('The simulated clock is being advanced already: await the first advance().');
    advancing = true;
    try {
      await settle();
      for (let sleeper = next(until); sleeper; sleeper = next(until)) {
        sleepers.delete(sleeper);
        time = Math.max(time, sleeper.at);
        sleeper.wake();
        await settle();
      }
      time = until;
    } finally {
      advancing = false;
    }
  };

  return {
    now: () => time,
    advance: (ms) => advanceTo(time + ms),
    set: (to) => advanceTo(Number(to)),
    setTimeout: (callback, ms) => fallAsleep(ms, callback),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = () => {
          callOff();
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const callOff = fallAsleep(ms, wake);
        signal.addEventListener('abort', wake);
      }),
    get asleep() {
      return sleepers.size;
    },
  };
}
