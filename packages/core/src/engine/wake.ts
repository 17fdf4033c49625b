import type { EngineContext } from './context.js';

/** Looks that others ask for come at least so far apart, in ms. */
const APART_MS = 50;

/** Looks at the store when others ask for it: at once, and then once more for all that ask before the next look may come. */
export function createWake(context: Pick<EngineContext, 'clock' | 'stopping' | 'wake'>): () => void {
  let isResting = false;
  let isAsked = false;

  async function rest(): Promise<void> {
    isResting = true;
    await context.clock.sleep(APART_MS, context.stopping);
    isResting = false;
    if (!isAsked) return;
    isAsked = false;
    wake();
  }

  function wake(): void {
    if (context.stopping.aborted) return;
    if (isResting) {
      isAsked = true;
      return;
    }
    context.wake.intake();
    context.wake.claims();
    void rest();
  }

  return wake;
}
