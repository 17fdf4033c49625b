import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { Column } from './cell.js';
import { type Format, formatRows } from './rows.js';

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
  for await (const chunk of formatRows(format, columns, rows)) chunks.push(chunk);
  return { chunks, text: chunks.join('') };
}
const rowsOf = (length: number) => Array.from({ length }, (_, n) => ({ n }));

describe('the same rows', () => {
  test('as JSON lines', async () => {
    expect(await print('ndjson', rowsOf(2))).toMatchObject({
      text: '{"n":0,"odd":false,"nothing":null}\n{"n":1,"odd":true,"nothing":null}\n',
    });
  });
  test('as a table', async () => {
    expect(await print('table', rowsOf(2))).toMatchObject({ text: 'n  odd  nothing\n0  no\n1  yes\n' });
  });
  test('as CSV', async () => {
    expect(await print('csv', rowsOf(2))).toMatchObject({ text: 'n,odd,nothing\r\n0,no,\r\n1,yes,\r\n' });
  });
  test('as JSON', async () => {
    expect(await print('json', rowsOf(2))).toMatchObject({
      text: '[\n{"n":0,"odd":false,"nothing":null},\n{"n":1,"odd":true,"nothing":null}\n]\n',
    });
  });
});

test('no rows', async () => {
  expect(await print('table', [])).toMatchObject({ text: '' });
  expect(await print('csv', [])).toMatchObject({ text: 'n,odd,nothing\r\n' });
  expect(await print('ndjson', [])).toMatchObject({ text: '' });
  expect(await print('json', [])).toMatchObject({ text: '[]\n' });
});

test('many rows go out some at a time, and are all there', async () => {
  const json = await print('json', rowsOf(2500));
  expect(JSON.parse(json.text)).toHaveLength(2500);
  expect(json.chunks.length).toBeGreaterThan(2);
  expect(parse((await print('csv', rowsOf(2500))).text)).toHaveLength(2501);
  expect((await print('table', rowsOf(2500))).text.match(/^\d+ /gm)).toHaveLength(2500);
});
