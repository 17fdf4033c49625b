/** This process's own time: for waiting, never for deciding (decisions go by the store's clock). */
export interface Clock {
  /** ms since the epoch, UTC; whole. */
  now(): number;
  /** The machine's clock, in ms since the epoch, UTC: it may be set, and goes on while the machine is suspended. Absent: `now`. */
  wall?(): number;
  /** Resolves after so many ms, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls back after so many ms. @returns what calls it off. Absent: `sleep` serves, which costs more. */
  setTimeout?(callback: () => void, ms: number): () => void;
}

/** A clock as the engine uses it. */
export type EngineClock = Required<Clock>;

/** Monotonic: a step of the machine's clock is no time that has passed. */
export const systemClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  wall: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    }),
  setTimeout(callback, ms) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Why waiting ended early. (Without a reason, `abort` makes an error with a stack, which costs more than all the rest.) */
export const DONE = 'done';

/** A clock as the engine uses it: its sleep ends quietly when it is interrupted, as our own does. */
export function engineClock(clock: Clock): EngineClock {
  const sleep: Clock['sleep'] = (ms, signal) => clock.sleep(ms, signal).catch(() => undefined);
  return {
    now: () => clock.now(),
    wall: () => clock.wall?.() ?? clock.now(),
    sleep,
    setTimeout(callback, ms) {
      if (clock.setTimeout) return clock.setTimeout(callback, ms);
      const timer = new AbortController();
      sleep(ms, timer.signal).then(() => timer.signal.aborted || callback());
      return () => timer.abort(DONE);
    },
  };
}

/** Wakes somebody who waits for it. */
export interface Bell {
  ring(): void;
  /** What has rung so far is heard. */
  reset(): void;
  /** Resolves once it rings, has rung since it was reset, or after so many ms. */
  wait(ms: number): Promise<void>;
}

export function createBell(clock: EngineClock): Bell {
  let hasRung = false;
  let wake = () => {};
  return {
    ring() {
      hasRung = true;
      wake();
    },
    reset() {
      hasRung = false;
    },
    async wait(ms) {
      if (hasRung) return;
      await new Promise<void>((resolve) => {
        const callOff = clock.setTimeout(resolve, ms);
        wake = () => {
          callOff();
          resolve();
        };
      });
      wake = () => {};
    },
  };
}

/** The store's clock, as this process knows it: what the store said last, and how long that is ago. */
export interface StoreClock {
  /** The store has just said that it is so late. `asked`: when it was asked to, by this process's clock. */
  set(now: Date, asked: number): void;
  /** ms since the epoch, UTC. */
  now(): number;
  /** How long ago the store said anything, in ms, at the least. */
  age(): number;
}

export function createStoreClock(clock: Clock): StoreClock {
  let ahead = Number.NaN;
  let age = () => Number.POSITIVE_INFINITY;
  return {
    set(now, asked) {
      // It said so after it was asked, and before it was heard: an answer that took long sets no clock back.
      const most = now.getTime() - asked;
      const least = now.getTime() - clock.now();
      ahead = Number.isNaN(ahead) ? least : Math.min(Math.max(ahead, least), most);
      age = stopwatch(clock);
    },
    now: () => clock.now() + ahead,
    age: () => age(),
  };
}

/** Measures from now on. @returns how many ms have passed, by the clock that says more: one may stand still, the other may be set back. */
export function stopwatch(clock: Clock): () => number {
  const wall = () => clock.wall?.() ?? 0;
  const began = { now: clock.now(), wall: wall() };
  return () => Math.max(clock.now() - began.now, wall() - began.wall);
}
