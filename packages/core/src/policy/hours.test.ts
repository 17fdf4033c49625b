import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkHours, type WorkingHours, workingDeadline } from './hours.js';

const HOUR = 3_600_000;
const hours: WorkingHours = { start: '10:00', end: '18:00', days: [1, 2, 3, 4, 5], zone: 'America/Los_Angeles' };

/** 2026-11-20 is a Friday; times of day are Los Angeles's. */
function after(start: string, durationMs: number, zone = hours.zone): string {
  return workingDeadline({ start: new Date(start), durationMs, hours: { ...hours, zone } }).toISOString();
}

describe('working time', () => {
  test.each([
    ['Friday 17:00 + 2 h is Monday 11:00', '2026-11-20T17:00:00-08:00', 2 * HOUR, '2026-11-23T11:00:00-08:00'],
    ['Monday 17:59:59 + 1 s is Tuesday 10:00', '2026-11-23T17:59:59-08:00', 1000, '2026-11-24T10:00:00-08:00'],
    ['Monday 08:00 + 3 h is 13:00', '2026-11-23T08:00:00-08:00', 3 * HOUR, '2026-11-23T13:00:00-08:00'],
    ['Monday 10:00 + 2 h is 12:00', '2026-11-23T10:00:00-08:00', 2 * HOUR, '2026-11-23T12:00:00-08:00'],
    ['a Saturday counts from Monday', '2026-11-21T12:00:00-08:00', 2 * HOUR, '2026-11-23T12:00:00-08:00'],
    ['Sunday 23:59:59 counts from Monday', '2026-11-22T23:59:59-08:00', 0, '2026-11-23T10:00:00-08:00'],
    ['a week of working time', '2026-11-20T10:00:00-08:00', 40 * HOUR, '2026-11-27T10:00:00-08:00'],
    [
      'from PST to PDT, over the night of the change',
      '2026-03-06T17:00:00-08:00',
      2 * HOUR,
      '2026-03-09T11:00:00-07:00',
    ],
    [
      'from PDT to PST, over the night of the change',
      '2026-10-30T17:00:00-07:00',
      2 * HOUR,
      '2026-11-02T11:00:00-08:00',
    ],
  ])('%s', (_name, start, durationMs, expected) => {
    expect(after(start, durationMs)).toBe(new Date(expected).toISOString());
  });

  test('the weekday is the zone’s, not UTC’s (the original went by UTC)', () => {
    // Friday 16:30 in Los Angeles is Saturday in UTC.
    expect(after('2026-11-21T00:30:00Z', HOUR)).toBe('2026-11-21T01:30:00.000Z');
    // Sunday evening in Los Angeles is Monday in UTC.
    expect(after('2026-11-23T05:00:00Z', HOUR)).toBe('2026-11-23T19:00:00.000Z');
  });

  test('hours that contain a change of daylight-saving time lose or gain what the day does', () => {
    const night = { start: '00:00', end: '24:00', days: [7], zone: 'Europe/Berlin' };
    const deadline = (start: string, durationMs: number) =>
      workingDeadline({ start: new Date(start), durationMs, hours: night }).toISOString();
    // 2026-03-29 has 23 hours in Berlin, 2026-10-25 has 25.
    expect(deadline('2026-03-29T00:00:00+01:00', 23 * HOUR - 1)).toBe('2026-03-29T21:59:59.999Z');
    expect(deadline('2026-03-29T00:00:00+01:00', 23 * HOUR)).toBe('2026-04-04T22:00:00.000Z');
    expect(deadline('2026-10-25T00:00:00+02:00', 25 * HOUR - 1)).toBe('2026-10-25T22:59:59.999Z');
  });

  test('every deadline of a year falls within the hours, and splitting a delay changes nothing', () => {
    const start = Date.UTC(2026, 0, 1);
    const parts = new Intl.DateTimeFormat('en-GB', {
      timeZone: hours.zone,
      weekday: 'short',
      hour: '2-digit',
      hourCycle: 'h23',
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 365 * 24 * HOUR }),
        fc.integer({ min: 0, max: 50 * HOUR }),
        fc.integer({ min: 0, max: 50 * HOUR }),
        (offset, a, b) => {
          const from = new Date(start + offset);
          const whole = workingDeadline({ start: from, durationMs: a + b, hours });
          const { weekday, hour } = Object.fromEntries(
            parts.formatToParts(whole).map(({ type, value }) => [type, value]),
          );
          expect(weekday).not.toMatch(/Sat|Sun/);
          expect(Number(hour)).toBeGreaterThanOrEqual(10);
          expect(Number(hour)).toBeLessThan(18);
          const first = workingDeadline({ start: from, durationMs: a, hours });
          expect(workingDeadline({ start: first, durationMs: b, hours })).toEqual(whole);
          expect(whole.getTime()).toBeGreaterThanOrEqual(from.getTime() + a + b);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    [{ start: '18:00', end: '10:00' }, /not after their start/],
    [{ start: '18:00', end: '18:00' }, /not after their start/],
    [{ start: '9:00' }, /no time of day/],
    [{ start: '010:00' }, /no time of day/],
    [{ start: '10:00:00' }, /no time of day/],
    [{ end: '24:01' }, /no time of day/],
    [{ start: '10:60' }, /no time of day/],
    [{ days: [] }, /at least one/],
    [{ days: [0] }, /1 \(Monday\)/],
    [{ days: [1, 8] }, /7 \(Sunday\)/],
    [{ days: [1.5] }, /1 \(Monday\)/],
    [{ zone: 'Mars/Olympus' }, /"Mars\/Olympus" is no known time zone/],
    [{ zone: '' }, /no known time zone/],
  ])('hours %j are refused with the way out', (wrong, message) => {
    expect(() => checkHours({ ...hours, ...wrong })).toThrow(message);
    expect(() => workingDeadline({ start: new Date(0), durationMs: 1, hours: { ...hours, ...wrong } })).toThrow(
      message,
    );
  });

  test('every minute of a day is a time, midnight twice', () => {
    expect(() => checkHours({ ...hours, start: '00:00', end: '24:00', days: [1, 7] })).not.toThrow();
    expect(() => checkHours({ ...hours, start: '23:58', end: '23:59' })).not.toThrow();
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a duration of %d ms is refused', (durationMs) => {
    expect(() => workingDeadline({ start: new Date(0), durationMs, hours })).toThrow(/makes no deadline/);
  });
});
