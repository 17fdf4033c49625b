import { setImmediate as nextTurn } from 'node:timers/promises';
import { isLost } from './errors.js';

interface Asked<T, R> {
  readonly item: T;
  readonly key: string;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/**
 * Does together what is asked for at the same time: what comes while a group is under way makes up the next one. So
 * many small transactions become one, with one commit, and the more there are the more share it.
 *
 * `work` is given items of different keys, `most` of them at the most, and gives a result for each in their order. Where
 * it fails for several, each is done again alone, so that one that cannot be done fails by itself: `work` must have done
 * nothing when it rejects. A lost connection is everybody's failure.
 */
export function grouped<T, R>(
  { most, keyOf }: { readonly most: number; keyOf(item: T): string },
  work: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  let waiting: Asked<T, R>[] = [];
  let isRunning = false;

  /** Takes what comes next, of each key the first. */
  function takeGroup(): readonly Asked<T, R>[] {
    const group = new Map<string, Asked<T, R>>();
    const left: Asked<T, R>[] = [];
    for (const asked of waiting) {
      if (group.size < most && !group.has(asked.key)) group.set(asked.key, asked);
      else left.push(asked);
    }
    waiting = left;
    return [...group.values()];
  }

  async function perform(group: readonly Asked<T, R>[]): Promise<void> {
    try {
      const results = await work(group.map(({ item }) => item));
      for (const [n, asked] of group.entries()) asked.resolve(results[n] as R);
    } catch (error) {
      if (group.length === 1 || isLost(error)) for (const asked of group) asked.reject(error);
      else for (const asked of group) void perform([asked]); // which nobody waits for: one may be stuck
    }
  }

  async function run(): Promise<void> {
    isRunning = true;
    await nextTurn(); // what is asked for in this turn comes along
    while (waiting.length > 0) await perform(takeGroup());
    isRunning = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, key: keyOf(item), resolve, reject });
      if (!isRunning) void run();
    });
}
