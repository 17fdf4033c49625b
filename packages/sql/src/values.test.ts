import { describe, expect, test } from 'vitest';
import { fromSqlTime, hashToHex, hexToHash, toSqlTime } from './values.js';

describe('hashes', () => {
  test('an id is the hex of its bytes', () => {
    const id = '00ff'.repeat(16);
    expect(hexToHash(id)).toHaveLength(32);
    expect(hashToHex(hexToHash(id))).toBe(id);
  });

  test.each(['', 'ab', 'AB'.repeat(32), `${'ab'.repeat(31)}zz`, `${'ab'.repeat(32)}\n`])('%j is no id', (id) => {
    expect(() => hexToHash(id)).toThrow(expect.objectContaining({ code: 'REJECTED' }));
  });

  test('what is no SHA-256 has its hex, too', () => {
    expect(hashToHex(new Uint8Array([1, 255]))).toBe('01ff');
    expect(hashToHex('ab')).toBe('6162');
  });
});

describe('times of the seed', () => {
  test('are UTC, to the second', () => {
    expect(toSqlTime(Date.UTC(2016, 4, 4, 3, 2, 1, 999))).toBe('2016-05-04 03:02:01');
    expect(fromSqlTime('2016-05-04 03:02:01')).toBe(Date.UTC(2016, 4, 4, 3, 2, 1));
    expect(fromSqlTime(new Date(1999))).toBe(1000);
  });

  test('are held within what MySQL takes', () => {
    expect(toSqlTime(Number.POSITIVE_INFINITY)).toBe('9999-12-31 23:59:59');
    expect(toSqlTime(Number.NEGATIVE_INFINITY)).toBe('1000-01-01 00:00:00');
    expect(() => toSqlTime(Number.NaN)).toThrow(RangeError);
  });

  test.each([
    ['2016-05-04T03:02:01Z', Date.UTC(2016, 4, 4, 3, 2, 1)],
    ['2016-05-04 03:02:01.987', Date.UTC(2016, 4, 4, 3, 2, 1)],
    ['2016-05-04 03:02', Date.UTC(2016, 4, 4, 3, 2)],
    ['2016-05-04', Date.UTC(2016, 4, 4)],
    [' 2016-05-04 03:02:01 +02:00', Date.UTC(2016, 4, 4, 1, 2, 1)],
    ['2016-05-04 03:02:01-0730', Date.UTC(2016, 4, 4, 10, 32, 1)],
    ['2016-05-04 03:02:01+02', Date.UTC(2016, 4, 4, 1, 2, 1)],
    ['infinity', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ])('%j as others write it', (text, ms) => {
    expect(fromSqlTime(text)).toBe(ms);
  });

  test.each(['', 'yesterday', '0000-00-00 00:00:00', '2016-13-01 00:00:00', null, undefined, 5, {}])(
    '%j is no time',
    (value) => {
      expect(fromSqlTime(value)).toBeNaN();
    },
  );
});
