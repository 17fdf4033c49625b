/** This process's own time: for waiting, never for deciding (decisions go by the store's clock). */
export interface Clock {
  /** ms since the epoch, UTC; whole. */
  now(): number;
  /** Resolves after so many ms, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Monotonic: a step of the machine's clock is no time that has passed. */
export const systemClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
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
