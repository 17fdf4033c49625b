import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { Column } from './cell.js';
import { type Format, printRows } from './print.js';

interface Row {
  readonly n: number;
}
const columns: readonly Column<Row>[] = [
  { name: 'n', value: ({ n }) => n },
  { name: 'odd', value: ({ n }) => n % 2 === 1 },
  { name: 'nothing', value: () => null },
];

async function print(format: Format, rows: Iterable<Row>) {
  const chunks: string[] = [];
  const io = { out: async (text: string) => void chunks.push(text), columns: undefined };
  const count = await printRows(io, format, columns, rows);
  return { count, chunks, text: chunks.join('') };
}
const rowsOf = (length: number) => Array.from({ length }, (_, n) => ({ n }));

describe('the same rows', () => {
  test('as a table', async () => {
    expect(await print('table', rowsOf(2))).toMatchObject({ count: 2, text: 'n  odd  nothing\n0  no\n1  yes\n' });
  });
  test('as CSV', async () => {
    expect(await print('csv', rowsOf(2))).toMatchObject({ count: 2, text: 'n,odd,nothing\r\n0,no,\r\n1,yes,\r\n' });
  });
  test('as JSON', async () => {
    expect(await print('json', rowsOf(2))).toMatchObject({
      count: 2,
      text: '[\n{"n":0,"odd":false,"nothing":null},\n{"n":1,"odd":true,"nothing":null}\n]\n',
    });
  });
});

test('no rows', async () => {
  expect(await print('table', [])).toMatchObject({ count: 0, text: '' });
  expect(await print('csv', [])).toMatchObject({ count: 0, text: 'n,odd,nothing\r\n' });
  expect(await print('json', [])).toMatchObject({ count: 0, text: '[]\n' });
});

test('many rows go out some at a time, and are all there', async () => {
  const json = await print('json', rowsOf(2500));
  expect(JSON.parse(json.text)).toHaveLength(2500);
  expect(json.chunks.length).toBeGreaterThan(2);
  expect(parse((await print('csv', rowsOf(2500))).text)).toHaveLength(2501);
  expect((await print('table', rowsOf(2500))).text.match(/^\d+ /gm)).toHaveLength(2500);
});
