import { expect, test } from 'vitest';
import { together } from './together.js';

async function groups<T>(source: AsyncIterable<T>): Promise<readonly T[][]> {
  const all: T[][] = [];
  for await (const group of together(source, 3)) all.push([...group]);
  return all;
}

async function* count(to: number) {
  for (let n = 1; n <= to; n += 1) yield n;
}

test('what is there comes in groups, and the rest at the end', async () => {
  expect(await groups(count(7))).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  expect(await groups(count(6))).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(await groups(count(0))).toEqual([]);
});

test('who pauses is not waited for', async () => {
  const { promise: more, resolve: goOn } = Promise.withResolvers<void>();
  const slow = async function* () {
    yield 1;
    yield 2;
    await more;
    yield 3;
  };
  const reader = together(slow(), 3)[Symbol.asyncIterator]();
  expect(await reader.next()).toEqual({ done: false, value: [1, 2] });
  const next = reader.next();
  goOn();
  expect(await next).toEqual({ done: false, value: [3] });
  expect((await reader.next()).done).toBe(true);
});

test('what came before a failure comes first', async () => {
  const breaking = async function* () {
    yield 1;
    throw new Error('the disk is gone');
  };
  const reader = together(breaking(), 3)[Symbol.asyncIterator]();
  expect((await reader.next()).value).toEqual([1]);
  await expect(reader.next()).rejects.toThrow('the disk is gone');
});

test('no more is read than is asked for, and the source is closed by who stops', async () => {
  let read = 0;
  let isClosed = false;
  const endless = async function* () {
    try {
      for (;;) yield ++read;
    } finally {
      isClosed = true;
    }
  };
  for await (const group of together(endless(), 3)) if (group.includes(4)) break;
  expect(read).toBe(6);
  await expect.poll(() => isClosed).toBe(true);
});
