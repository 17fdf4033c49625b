import { setImmediate as nextTurn } from 'node:timers/promises';
import { isLost } from './errors.js';

interface Asked<T, R> {
  readonly item: T;
  readonly key: string;
  resolve(result: R): void;
  reject(error: unknown): void;
}

export interface GroupedOptions<T> {
  /** Items in a group at the most. */
  readonly most: number;
  /** Groups under way at the most. */
  readonly lanes: number;
  /** Items of one key are done one after the other. */
  keyOf(item: T): string;
}

/**
 * Does together what is asked for at the same time: what comes while all lanes are taken makes up the next group. So
 * many small transactions become one, with one commit, and the more there are the more share it.
 *
 * `work` is given items of different keys, and gives a result for each in their order. Where it fails for several, each is
 * done again alone, so that one that cannot be done fails by itself: `work` must have done nothing when it rejects. A lost
 * connection is everybody's failure.
 */
export function grouped<T, R>(
  { most, lanes, keyOf }: GroupedOptions<T>,
  work: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  let waiting: Asked<T, R>[] = [];
  let running = 0;
  /** Keys of what is under way. */
  const busy = new Set<string>();

  /** Takes what comes next, of each key the first. */
  function takeGroup(): readonly Asked<T, R>[] {
    const group: Asked<T, R>[] = [];
    const left: Asked<T, R>[] = [];
    for (const asked of waiting) {
      if (group.length === most || busy.has(asked.key)) left.push(asked);
      else {
        busy.add(asked.key);
        group.push(asked);
      }
    }
    waiting = left;
    return group;
  }

  async function perform(group: readonly Asked<T, R>[]): Promise<void> {
    try {
      const results = await work(group.map(({ item }) => item));
      for (const [n, { resolve }] of group.entries()) resolve(results[n] as R);
    } catch (error) {
      // Nobody waits for those that are done alone: one of them may be stuck.
      if (group.length > 1 && !isLost(error)) return void group.map((asked) => perform([asked]).then(begin));
      for (const { reject } of group) reject(error);
    }
    for (const { key } of group) busy.delete(key);
  }

  async function run(): Promise<void> {
    running += 1;
    await nextTurn(); // what is asked for in this turn comes along
    for (let group = takeGroup(); group.length > 0; group = takeGroup()) await perform(group);
    running -= 1;
  }

  function begin(): void {
    if (running < lanes && waiting.some(({ key }) => !busy.has(key))) void run();
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, key: keyOf(item), resolve, reject });
      begin();
    });
}
