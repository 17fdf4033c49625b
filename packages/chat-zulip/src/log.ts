/** Told what an operator should know. No text of an alert or a person is in it, and no key. */
export type ZulipLog = (level: 'info' | 'warn' | 'error', message: string) => void;

/** A log whose failures are nobody's: whoever watches must not stop what is watched. */
export function quietly(log: ZulipLog | undefined): ZulipLog {
  return (level, message) => {
    try {
      log?.(level, message);
    } catch {}
  };
}

/** What went wrong, in words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error ?? 'no reason given');
}
