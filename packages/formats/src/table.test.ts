import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { HOSTILE, UNPRINTABLE } from './fixtures/hostile.js';
import { cutColumns, formatTable } from './table.js';

const columns = [{ name: 'time', isWhole: true as const }, { name: 'login' }, { name: 'title' }];
const rows = [
  ['2026-11-24T09:30:00Z', 'ann', 'sudo on a production host'],
  ['2026-11-24T09:31:00Z', 'bob', 'テスト 🦊'],
];

test('columns are aligned, whatever the characters take', () => {
  expect(formatTable(columns, rows)).toBe(
    [
      'time                  login  title',
      '2026-11-24T09:30:00Z  ann    sudo on a production host',
      '2026-11-24T09:31:00Z  bob    テスト 🦊',
      '',
    ].join('\n'),
  );
});

test('in a narrow terminal the widest are cut first, and what is no use when cut, last', () => {
  expect(formatTable(columns, rows, 40)).toBe(
    [
      'time                  login  title',
      '2026-11-24T09:30:00Z  ann    sudo on a …',
      '2026-11-24T09:31:00Z  bob    テスト 🦊',
      '',
    ].join('\n'),
  );
  expect(formatTable(columns, rows, 26).split('\n')[1]).toBe('2026-11-24…  ann    sudo …');
  expect(formatTable(columns, rows, 7).split('\n')[1]).toBe('2026-……');
});

test('no line is wider than the terminal, and nothing in it is obeyed', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(HOSTILE, 'テスト', '👩‍👩‍👧‍👦🇩🇪', 'é́́́'),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, text, text), { maxLength: 5 }),
      fc.integer({ min: 1, max: 120 }),
      (all, room) => {
        const lines = formatTable(columns, all, room).split('\n');
        expect(lines).toHaveLength(all.length + 2);
        for (const line of lines) {
          expect(stringWidth(line)).toBeLessThanOrEqual(room);
          expect(line).not.toMatch(UNPRINTABLE);
        }
      },
    ),
  );
});

test('a huge cell costs little, also without a terminal', () => {
  const table = formatTable(columns, [['', 'ann', 'x'.repeat(1_000_000)]]);
  expect(table.length).toBeLessThan(1000);
  expect(table).toMatch(/x…\n$/);
});

describe('cut to columns', () => {
  test.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['テスト', 6, 'テスト'],
    ['テスト', 5, 'テス…'],
    ['テスト', 4, 'テ…'],
    ['🇩🇪🇫🇷', 3, '🇩🇪…'],
    ['longer', 1, '…'],
    ['longer', 0, ''],
  ])('"%s" to %i', (text, room, cut) => expect(cutColumns(text, room)).toBe(cut));
});
