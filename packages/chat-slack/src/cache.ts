import type { Clock } from '@securitybot/core';

/** Answers that are believed for a while. Who asks for what is being asked already joins. */
export interface Cache<T> {
  /** What is known of `key`, or what `load` says. Failures are not kept, nor what `isKept` refuses. */
  get(key: string, load: () => Promise<T>, isKept?: (value: T) => boolean): Promise<T>;
  /** Forgets, also what is on its way. */
  forget(key: string): void;
}

/** `most`: keys that are kept; beyond, the ones not asked for longest go. */
export function createCache<T>(clock: Clock, most: number, keepMs: number): Cache<T> {
  const entries = new Map<string, { readonly at: number; readonly value: Promise<T> }>();

  return {
    async get(key, load, isKept = () => true) {
      const known = entries.get(key);
      entries.delete(key);
      const entry = known && clock.now() - known.at < keepMs ? known : { at: clock.now(), value: load() };
      entries.set(key, entry);
      for (const oldest of entries.keys()) {
        if (entries.size <= most) break;
        entries.delete(oldest);
      }
      const drop = () => {
        if (entries.get(key) === entry) entries.delete(key);
      };
      try {
        const value = await entry.value;
        if (!isKept(value)) drop();
        return value;
      } catch (error) {
        drop();
        throw error;
      }
    },
    forget: (key) => void entries.delete(key),
  };
}
