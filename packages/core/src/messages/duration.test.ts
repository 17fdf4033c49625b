import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.js';

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000] as const;

describe('a duration in words', () => {
  test.each([
    [0, '0 seconds'],
    [-5 * HOUR, '0 seconds'],
    [499, '0 seconds'],
    [SECOND, '1 second'],
    [90 * SECOND, '1 minute 30 seconds'],
    [HOUR - 1, '1 hour'],
    [HOUR + 30 * MINUTE, '1 hour 30 minutes'],
    [21 * HOUR, '21 hours'],
    [DAY, '24 hours'],
    [2 * DAY - MINUTE, '47 hours 59 minutes'],
    [2 * DAY, '2 days'],
    [7 * DAY + HOUR + MINUTE, '7 days 1 hour'],
    [HOUR + SECOND, '1 hour 1 second'],
  ])('%d ms: %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});

describe('XhYm', () => {
  test.each([
    ['1h30m', HOUR + 30 * MINUTE],
    ['2h', 2 * HOUR],
    ['45m', 45 * MINUTE],
    ['1H30M', HOUR + 30 * MINUTE],
    ['0h', 0],
    ['0h0m', 0],
    ['90m', 90 * MINUTE],
    ['007h', 7 * HOUR],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    '',
    'h',
    'm',
    '30',
    '1.5h',
    '-1h',
    '1h 30m',
    '30m1h',
    '1h30',
    '1d',
    '5s',
    '1hh',
    ' 1h',
    '1h\n',
    'one hour',
    '١h',
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('absurd numbers are just long (one of them ended the original’s process)', () => {
    expect(parseDuration('99999999999999h')).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseDuration(`${'9'.repeat(300_000)}h${'9'.repeat(300_000)}m`)).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseDuration('9'.repeat(300_000))).toBeUndefined();
  });

  test('of any text is a whole number of at least 0, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{0,20}h?\d{0,20}m?$/)), (text) => {
        const ms = parseDuration(text) ?? 0;
        expect(Number.isSafeInteger(ms) && ms >= 0).toBe(true);
      }),
    );
  });

  test('what is formatted in hours and minutes is what was parsed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 46 }), fc.integer({ min: 1, max: 59 }), (hours, minutes) => {
        const words = formatDuration(parseDuration(`${hours}h${minutes}m`) ?? 0);
        expect(words.replace(/ hours? ?/, 'h').replace(/ minutes?/, 'm')).toBe(`${hours}h${minutes}m`);
      }),
    );
  });
});
