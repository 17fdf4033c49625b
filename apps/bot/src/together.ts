import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * What comes, in groups of `most`; in smaller ones where nothing more is there just now: nobody waits for a writer who pauses. Throws
 * what the source fails with, after what came before.
 */
export async function* together<T>(source: AsyncIterable<T>, most: number): AsyncGenerator<readonly T[]> {
  const iterator = source[Symbol.asyncIterator]();
  const ask = () => {
    const answer = iterator.next();
    answer.catch(() => {}); // it is thrown where it is awaited
    return answer;
  };
  try {
    let coming = ask();
    for (;;) {
      const first = await coming;
      if (first.done) return;
      const group = [first.value];
      let isWaiting = false;
      while (group.length < most && !isWaiting) {
        coming = ask();
        const next = await Promise.race([coming, nextTurn()]).catch(() => undefined);
        if (next && !next.done) group.push(next.value);
        else isWaiting = true; // or it is over, or failed: seen above
      }
      yield group;
      if (!isWaiting) coming = ask();
    }
  } finally {
    // Not awaited: a source that is asked just now ends only after its answer.
    iterator.return?.()?.catch(() => {});
  }
}
