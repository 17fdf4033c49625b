/** This process's own time: for waiting, never for deciding (decisions go by the store's clock). */
export interface Clock {
  /** ms since the epoch, UTC; whole. */
  now(): number;
  /** The machine's clock, in ms since the epoch, UTC: it may be set, and goes on while the machine is suspended. Absent: `now`. */
  wall?(): number;
  /** Resolves after so many ms, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

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
};

/** Measures from now on. @returns how many ms have passed, by the clock that says more: one may stand still, the other may be set back. */
export function stopwatch(clock: Clock): () => number {
  const wall = () => clock.wall?.() ?? 0;
  const began = { now: clock.now(), wall: wall() };
  return () => Math.max(clock.now() - began.now, wall() - began.wall);
}
