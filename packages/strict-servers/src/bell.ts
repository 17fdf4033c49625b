/** Wakes whoever waits for something to happen here. */
export interface Bell {
  ring(): void;
  /** Waits until it holds, which is asked at each ring, or until the signal aborts. @returns whether it held. */
  wait(holds: () => boolean, signal: AbortSignal): Promise<boolean>;
  /** Resolves when it holds. Rejects after so many ms of real time, and when the bell is closed. */
  until(holds: () => boolean, what: string, ms: number): Promise<void>;
  /** Nothing happens any more: whoever waits need not. */
  close(): void;
}

/** `name`: of the server, for errors. */
export function createBell(name: string): Bell {
  const listeners = new Set<() => void>();
  const closing = new AbortController();

  const bell: Bell = {
    ring() {
      for (const listener of [...listeners]) listener();
    },

    wait(holds, caller) {
      const signal = AbortSignal.any([caller, closing.signal]);
      if (holds()) return Promise.resolve(true);
      if (signal.aborted) return Promise.resolve(false);
      return new Promise((resolve) => {
        const end = (held: boolean) => {
          listeners.delete(listener);
          signal.removeEventListener('abort', giveUp);
          resolve(held);
        };
        const listener = () => {
          if (holds()) end(true);
        };
        const giveUp = () => end(false);
        listeners.add(listener);
        signal.addEventListener('abort', giveUp);
      });
    },

    async until(holds, what, ms) {
      if (await bell.wait(holds, AbortSignal.timeout(ms))) return;
      throw new Error(`${name}: ${closing.signal.aborted ? 'it is closed' : `waited ${ms} ms`}, without ${what}`);
    },

    close: () => closing.abort(),
  };
  return bell;
}
