import { Temporal } from 'temporal-polyfill';

/** When people are expected to answer. */
export interface WorkingHours {
  /** `HH:MM`, included. */
  readonly start: string;
  /** `HH:MM`, excluded; after `start`. `24:00`: midnight. */
  readonly end: string;
  /** ISO weekdays: 1 is Monday, 7 is Sunday. At least one. */
  readonly days: readonly number[];
  /** IANA time zone. */
  readonly zone: string;
}

const TIME = /^(\d{2}):(\d{2})$/;

function minutesOf(time: string): number {
  const [, hours = '', minutes = ''] = TIME.exec(time) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  if (hours === '' || Number(minutes) > 59 || total > 24 * 60) {
    throw new RangeError(`Working hours: "${time}" is no time of day. Write HH:MM, from 00:00 to 24:00.`);
  }
  return total;
}

/** Says whether this machine knows a time zone of that name. */
export function isTimeZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}

/** Throws a RangeError that says what to write instead, where working hours make no sense. */
export function checkHours(hours: WorkingHours): void {
  if (minutesOf(hours.start) >= minutesOf(hours.end)) {
    throw new RangeError(`Working hours: they end at ${hours.end}, which is not after their start at ${hours.start}.`);
  }
  if (hours.days.length === 0 || hours.days.some((day) => !Number.isInteger(day) || day < 1 || day > 7)) {
    throw new RangeError('Working hours: days are numbers from 1 (Monday) to 7 (Sunday), at least one.');
  }
  if (!isTimeZone(hours.zone)) {
    throw new RangeError(
      `Working hours: "${hours.zone}" is no known time zone. Write an IANA name such as Europe/Berlin.`,
    );
  }
}

/** A moment of a day in its zone; 24:00 is the next day's first moment. Where daylight saving skips a time, the moment after the gap. */
function moment(day: Temporal.PlainDate, minutes: number, zone: string): number {
  const date = minutes === 24 * 60 ? day.add({ days: 1 }) : day;
  const time = new Temporal.PlainTime(Math.floor(minutes / 60) % 24, minutes % 60);
  return date.toZonedDateTime({ timeZone: zone, plainTime: time }).epochMilliseconds;
}

/**
 * The moment when `durationMs` of working time have passed since `start`: only time within the hours counts, exact over
 * changes of daylight-saving time. The end of a day's hours is not within them: what would fall there is the next start.
 * Throws a RangeError where the hours make no sense or the duration is not a finite number of at least 0.
 */
export function workingDeadline(options: {
  readonly start: Date;
  readonly durationMs: number;
  readonly hours: WorkingHours;
}): Date {
  const { start, durationMs, hours } = options;
  checkHours(hours);
  if (!Number.isFinite(durationMs) || durationMs < 0) {
    throw new RangeError(
      `Working hours: a duration of ${durationMs} ms makes no deadline. Give a number of at least 0.`,
    );
  }
  const [opens, closes] = [minutesOf(hours.start), minutesOf(hours.end)];
  let day = Temporal.Instant.fromEpochMilliseconds(start.getTime()).toZonedDateTimeISO(hours.zone).toPlainDate();
  let left = durationMs;
  for (;;) {
    if (hours.days.includes(day.dayOfWeek)) {
      const from = Math.max(moment(day, opens, hours.zone), start.getTime());
      const until = moment(day, closes, hours.zone);
      if (from + left < until) return new Date(from + left);
      left -= Math.max(0, until - from);
    }
    day = day.add({ days: 1 });
  }
}
