import { expect, test } from 'vitest';
import { grouped } from './grouped.js';

/** Work that is done when the test says so. */
function bench({
  fails,
  ...more
}: {
  readonly most?: number;
  readonly lanes?: number;
  readonly fails?: (items: readonly string[]) => unknown;
} = {}) {
  const groups: (readonly string[])[] = [];
  const gates: (() => void)[] = [];
  const options = { most: 10, lanes: 1, keyOf: (item: string) => item.slice(0, 1), ...more };
  const ask = grouped(options, async (items) => {
    groups.push(items);
    await new Promise<void>((resolve) => gates.push(resolve));
    const error = fails?.(items);
    if (error) throw error;
    return items.map((item) => item.toUpperCase());
  });
  /** Lets the work under way end, and each that follows, until nothing is. */
  const finish = async (): Promise<void> => {
    for (let idle = 0; idle < 3; idle += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      const gate = gates.shift();
      if (gate) idle = 0;
      gate?.();
    }
  };
  return { ask, groups, finish };
}

test('what is asked for in one turn is done together; what comes meanwhile, together after it', async () => {
  const { ask, groups, finish } = bench();
  const first = [ask('a'), ask('b')];
  await new Promise((resolve) => setImmediate(resolve));
  const later = [ask('c'), ask('a2')];
  await finish();
  expect(await Promise.all([...first, ...later])).toEqual(['A', 'B', 'C', 'A2']);
  expect(groups).toEqual([
    ['a', 'b'],
    ['c', 'a2'],
  ]);
});

test('a group has so many at the most, and of each key one, in their order', async () => {
  const { ask, groups, finish } = bench({ most: 2 });
  const asked = ['a1', 'a2', 'b', 'c', 'a3'].map(ask);
  await finish();
  expect(await Promise.all(asked)).toEqual(['A1', 'A2', 'B', 'C', 'A3']);
  expect(groups).toEqual([['a1', 'b'], ['a2', 'c'], ['a3']]);
});

test('lanes do not wait for each other, and never have the same key', async () => {
  const { ask, groups, finish } = bench({ lanes: 2 });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const asked = [ask('a')];
  await turn();
  asked.push(ask('b'), ask('a2'));
  await turn();
  asked.push(ask('c'));
  await turn();
  expect(groups).toEqual([['a'], ['b']]);
  await finish();
  expect(await Promise.all(asked)).toEqual(['A', 'B', 'A2', 'C']);
  expect(groups).toEqual([['a'], ['b'], ['a2', 'c']]);
});

test('one that cannot be done fails alone, and those that come after it are done', async () => {
  const { ask, groups, finish } = bench({ fails: (items) => items.includes('b') && new Error('no b') });
  const asked = Promise.allSettled(['a', 'b', 'c'].map(ask));
  await finish();
  expect(await asked).toMatchObject([{ value: 'A' }, { reason: { message: 'no b' } }, { value: 'C' }]);
  expect(groups).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
  const after = ask('d');
  await finish();
  expect(await after).toBe('D');
});

test('a lost connection is everybody’s failure, and is not tried for each', async () => {
  const lost = Object.assign(new Error('gone'), { code: 'ECONNRESET' });
  const { ask, groups, finish } = bench({ fails: () => lost });
  const asked = Promise.allSettled(['a', 'b'].map(ask));
  await finish();
  expect(await asked).toMatchObject([{ reason: lost }, { reason: lost }]);
  expect(groups).toEqual([['a', 'b']]);
});
