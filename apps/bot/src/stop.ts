import type { Logger } from 'pino';
import { EXIT } from './exit.js';

/** Signals within this many ms are one: a terminal and a launcher may both hand on the same Ctrl-C. */
const ONE_SIGNAL_MS = 1000;

/**
 * Aborted at the first SIGINT or SIGTERM. From then on, a second one ends the process at once: nothing is lost by it, what
 * is under way is taken up again at the next start.
 */
export function stopOnSignal(log: Logger): AbortSignal {
  const stopping = new AbortController();
  let first: number | undefined;
  const onSignal = (signal: string) => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      log.info({ signal }, 'stopping: once more ends at once');
      stopping.abort();
    } else if (now - first > ONE_SIGNAL_MS) process.exit(EXIT.forced);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return stopping.signal;
}

/** Resolves at the end of the input, or once told to stop. */
export async function untilStopped(ended: Promise<void>, stopping: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => {
    if (stopping.aborted) resolve();
    else stopping.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([ended, stopped]);
}
