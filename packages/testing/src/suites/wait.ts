import assert from 'node:assert/strict';

/** Something to wait for, opened by hand. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function createGate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** How long a rule waits for what must happen, in ms, unless its harness says otherwise. */
const PATIENCE_MS = 5000;

/** Waits until the condition holds; fails, saying what was waited for, when it never does. */
export async function until(
  { patienceMs = PATIENCE_MS }: { readonly patienceMs?: number },
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > end) assert.fail(`waited ${patienceMs} ms in vain: ${what}`);
    await pause(2);
  }
}

/** The promise's outcome; fails, saying what was waited for, when it does not come. */
export async function soon<T>(
  { patienceMs = PATIENCE_MS }: { readonly patienceMs?: number },
  what: string,
  promise: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new assert.AssertionError({ message: `waited ${patienceMs} ms in vain: ${what}` });
    timer = setTimeout(() => reject(error), patienceMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
