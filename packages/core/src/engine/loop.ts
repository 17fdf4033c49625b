import { type Clock, DONE } from './clock.js';
import type { EngineContext } from './context.js';

/** The longest pause after failures, in ms. */
const LONGEST_PAUSE = 30_000;

/** Work that is done in turns: again at once while there is some, at the next poll or wake-up otherwise. */
export interface Loop {
  /** Resolves when the loop has ended, after `context.stopping`. */
  run(): Promise<void>;
  wake(): void;
  /** One turn, begun after this call. Rejects as the turn does. */
  once(): Promise<number>;
}

/** Waits for the next poll; or, where that comes first, for the signal. */
type Pause = (signal: AbortSignal) => Promise<void>;

/** Polls of a process come at the same time, whenever their waiting began, so that a store may answer them together. */
export function createPause(clock: Clock, pollMs: number, stopping: AbortSignal): Pause {
  let poll: Promise<void> | undefined;
  return (signal) => {
    poll ??= clock.sleep(pollMs, stopping).then(() => {
      poll = undefined;
    });
    const early = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    return Promise.race([poll, early]);
  };
}

/** `turn` gives how much it found to do. A turn that fails is told, and tried again after a growing pause. */
export function createLoop(context: EngineContext, pause: Pause, doing: string, turn: () => Promise<number>): Loop {
  let current: Promise<number> | undefined;
  let woken = false;
  let nap = new AbortController();

  async function once(): Promise<number> {
    while (current) await current.catch(() => undefined);
    current = turn();
    try {
      return await current;
    } finally {
      current = undefined;
    }
  }

  function wake(): void {
    woken = true;
    nap.abort(DONE);
  }

  return {
    once,
    wake,
    async run() {
      context.stopping.addEventListener('abort', wake);
      let failures = 0;
      while (!context.stopping.aborted) {
        woken = false;
        let found = 0;
        try {
          found = await once();
          failures = 0;
        } catch (error) {
          failures += 1;
          context.observe({ type: 'failure', doing, error });
        }
        if (found > 0 || (woken && failures === 0)) continue;
        nap = new AbortController();
        if (context.stopping.aborted) break;
        if (failures === 0) await pause(nap.signal);
        else
          await context.clock.sleep(Math.min(context.pollMs * 2 ** Math.min(failures, 10), LONGEST_PAUSE), nap.signal);
      }
    },
  };
}
