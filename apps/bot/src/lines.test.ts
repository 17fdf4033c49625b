import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Line, linesOf } from './lines.js';

async function read(chunks: Iterable<Uint8Array | string>, max = 100): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of linesOf(
    (async function* () {
      yield* chunks;
    })(),
    max,
  ))
    lines.push(line);
  return lines;
}
const textsOf = (lines: readonly Line[]) => lines.map(({ text }) => text);

test('however the bytes are cut, the lines are the same', async () => {
  const text = 'one\r\n\r\ntwo é 🦊\n\n three\nlast';
  const bytes = Buffer.from(`\ufeff${text}`);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length })), async (cuts) => {
      const ends = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = ends.slice(1).map((end, i) => bytes.subarray(ends[i], end));
      const lines = await read(chunks);
      expect(textsOf(lines)).toEqual(['one', '', 'two é 🦊', '', ' three', 'last']);
      expect(lines.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    }),
  );
});

test('a line feed at the end begins no line', async () => {
  expect(textsOf(await read(['one\n']))).toEqual(['one']);
  expect(await read([])).toEqual([]);
});

test('what is no UTF-8 is marked', async () => {
  expect(textsOf(await read([Buffer.from([0x61, 0xff, 0x0a, 0xc3])]))).toEqual(['a\ufffd', '\ufffd']);
});

test('a line that is too long is not kept, and those after it are whole', async () => {
  const long = Array.from({ length: 1000 }, () => 'x'.repeat(10));
  expect(textsOf(await read([...long, '\nnext\n', 'y'.repeat(101), '\n', 'z'.repeat(100)]))).toEqual([
    undefined,
    'next',
    undefined,
    'z'.repeat(100),
  ]);
});
