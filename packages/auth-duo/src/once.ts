import { isPluginError } from '@securitybot/core';

/** So many ids are remembered, the latest. */
const REMEMBERED = 10_000;

/**
 * Does a thing once for each id, however often and however many at a time ask for it: all get what came of it. Only where
 * the error says that nothing was sent, the next may try again. It remembers in this process only.
 */
export function createOnce<T>(remembered = REMEMBERED): (id: string, act: () => Promise<T>) => Promise<T> {
  const done = new Map<string, Promise<T>>();
  return (id, act) => {
    const known = done.get(id);
    if (known) return known;
    const result = act();
    done.set(id, result);
    const [oldest] = done.keys();
    if (done.size > remembered && oldest !== undefined) done.delete(oldest);
    result.catch((error) => {
      if (isPluginError(error) && error.notSent) done.delete(id);
    });
    return result;
  };
}
