import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecord } from './csv.js';
import { HOSTILE, UNPRINTABLE } from './fixtures/hostile.js';

test('a record by RFC 4180', () => {
  expect(csvRecord(['a', 'b,c', 'say "hi"', 'line 1\nline 2', '', null, 7, true, false])).toBe(
    'a,"b,c","say ""hi""","line 1\nline 2",,,7,yes,no\r\n',
  );
});

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "' =1"],
  ['\r=1', "'\n=1"],
  ['\tx', "' x"],
  ['\rx', "'\nx"],
  ['\u0000=1', "'=1"],
  ['\u202e=1', "'=1"],
  ['  =1', "'  =1"],
  ['＝1', "'＝1"],
  ['1=1', '1=1'],
  ['a-b', 'a-b'],
])('the cell %j becomes %j', (cell, safe) => {
  expect(parse(csvRecord([cell, 'x']))).toEqual([[safe, 'x']]);
});

test('a number is no formula', () => expect(csvRecord([-1])).toBe('-1\r\n'));

test('whatever a cell holds: one record, as many cells, none of them a formula, nothing to obey', () => {
  const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(HOSTILE, '=', '"', '\r\n', ' -x'));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 5 }), (cells) => {
      const record = csvRecord(cells);
      expect(record.slice(0, -2)).not.toMatch(UNPRINTABLE);
      const [read = [], ...more] = parse(record, { record_delimiter: '\r\n' });
      expect(more).toEqual([]);
      expect(read).toHaveLength(cells.length);
      for (const each of read) expect(each).not.toMatch(/^\s*[=+\-@]/);
    }),
  );
});
