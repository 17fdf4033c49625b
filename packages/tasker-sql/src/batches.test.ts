import { expect, test } from 'vitest';
import { inBatches } from './batches.js';

test('nothing is no batch, and what fits is one', () => {
  expect(inBatches([])).toEqual([]);
  expect(inBatches([1, 2, 3])).toEqual([[1, 2, 3]]);
});

test('a batch has 500 items at the most', () => {
  const items = Array.from({ length: 1001 }, (_, n) => n);
  expect(inBatches(items).map((batch) => batch.length)).toEqual([500, 500, 1]);
  expect(inBatches(items).flat()).toEqual(items);
});

test('a batch ends before it is a million long; what is longer goes alone', () => {
  const lengths = [400_000, 600_000, 1, 5_000_000, 2, 999_998, 1];
  expect(inBatches(lengths, (length) => length)).toEqual([[400_000, 600_000], [1], [5_000_000], [2, 999_998], [1]]);
});
