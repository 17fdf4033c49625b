import {
  checkHours,
  defaultPolicy,
  isTimeZone,
  normalise,
  type Policy,
  type TitlePolicy,
  type WorkingHours,
} from '@securitybot/core';
import { isScalar } from 'yaml';
import { fields, type Read, record } from './entries.js';
import { nameOf, report, show, type Value } from './source.js';
import { count, duration, flag, itemsOf, line, oneOf } from './values.js';

/** Another file, and where it is named. */
export interface NamedFile {
  readonly path: string;
  readonly at: Value;
}

/** What bot.yaml says. */
export interface BotFile {
  readonly policy: Policy;
  readonly commands: NamedFile | undefined;
  readonly messages: NamedFile | undefined;
}

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** How long people may have to answer: a month of working time is a quarter of a year on the calendar. */
const answerTime = duration('1m', '30d');

function time(value: Value): string | undefined {
  const found = isScalar(value.node) ? (value.node.source ?? '') : '';
  if (/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/.test(found)) return found;
  report(
    value,
    `${nameOf(value)} is ${show(found)}, which is no time of day. Write HH:MM such as 09:30, from 00:00 to 24:00.`,
  );
  return undefined;
}

function day(value: Value): number | undefined {
  const found = isScalar(value.node) ? value.node.value : undefined;
  const number = typeof found === 'string' ? DAYS.indexOf(found.toLowerCase()) + 1 : found;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 7) return number;
  report(
    value,
    `${nameOf(value)} has something that is no day. Write ${DAYS.join(', ')}, or 1 (Monday) to 7 (Sunday).`,
  );
  return undefined;
}

function days(value: Value): readonly number[] | undefined {
  const found = new Set<number>();
  for (const item of itemsOf(value)) {
    const number = day(item);
    if (number !== undefined && found.has(number))
      report(item, `${nameOf(value)} has ${DAYS[number - 1]} twice. Remove one.`);
    if (number !== undefined) found.add(number);
  }
  return found.size === 0 ? undefined : [...found].sort((a, b) => a - b);
}

function zone(value: Value): string | undefined {
  const found = line(value);
  if (found === undefined || isTimeZone(found)) return found;
  report(
    value,
    `${nameOf(value)} is ${show(found)}, which is no known time zone. Write an IANA name such as Europe/Berlin.`,
  );
  return undefined;
}

const hoursFields = fields<{ -readonly [K in keyof WorkingHours]: WorkingHours[K] }>({
  start: time,
  end: time,
  days,
  zone,
});

function hours(value: Value): WorkingHours | undefined {
  const before = value.source.problems.length;
  const found = { ...defaultPolicy.hours, ...hoursFields(value) };
  if (value.source.problems.length > before) return undefined;
  try {
    checkHours(found);
    return found;
  } catch (error) {
    report(value, `${error instanceof Error ? error.message : String(error)} Change one of the two.`);
    return undefined;
  }
}

const file: Read<NamedFile> = (value) => {
  const path = line(value);
  return path === undefined ? undefined : { path, at: value };
};

const severity = oneOf('low', 'medium', 'high', 'critical');

const titleFields = fields({
  severity,
  proof: oneOf('waived'),
  answer: answerTime,
  'mute-after': duration('0s'),
});

function title(value: Value): TitlePolicy {
  const found = titleFields(value);
  return {
    ...(found.severity && { severity: found.severity }),
    ...(found.proof && { proof: found.proof }),
    ...(found.answer !== undefined && { answerMs: found.answer }),
    ...(found['mute-after'] !== undefined && { muteAfterProofMs: found['mute-after'] }),
  };
}

const botFields = fields({
  commands: file,
  messages: file,
  hours,
  answer: fields({ low: answerTime, medium: answerTime, high: answerTime, critical: answerTime }),
  proof: fields({
    'ask-first': flag,
    permission: duration('10s', '7d'),
    push: duration('10s', '1d'),
    recheck: duration('1s', '1h'),
    'mute-after': duration('0s'),
    'pushes-per-alert': count(1, 10),
    'pushes-per-hour': count(1, 100),
  }),
  patience: fields({ 'second-factor': duration('0s', '1d'), lookup: duration('0s', '1d') }),
  ignore: fields({ longest: duration('0s') }),
  flood: fields({
    bundle: count(1, 10),
    'open-per-person': count(1, 1000),
    'people-per-minute': count(1, 1_000_000),
    'older-than': duration('1m'),
  }),
  'opt-out': flag,
  titles: record(title, normalise),
});

/** Reads bot.yaml; what it leaves out is as in core's `defaultPolicy`. */
export function readBot(root: Value): BotFile {
  const bot = botFields(root);
  const { proof = {}, patience = {}, ignore = {}, flood = {} } = bot;
  const defaults = defaultPolicy;
  return {
    commands: bot.commands,
    messages: bot.messages,
    policy: {
      hours: bot.hours ?? defaults.hours,
      answerMs: { ...defaults.answerMs, ...bot.answer },
      permissionMs: proof.permission ?? defaults.permissionMs,
      askBeforePush: proof['ask-first'] ?? defaults.askBeforePush,
      muteAfterProofMs: proof['mute-after'] ?? defaults.muteAfterProofMs,
      longestIgnoreMs: ignore.longest ?? defaults.longestIgnoreMs,
      pushesPerTask: proof['pushes-per-alert'] ?? defaults.pushesPerTask,
      pushesPerHour: proof['pushes-per-hour'] ?? defaults.pushesPerHour,
      challengeMs: proof.push ?? defaults.challengeMs,
      recheckMs: proof.recheck ?? defaults.recheckMs,
      authPatienceMs: patience['second-factor'] ?? defaults.authPatienceMs,
      lookupPatienceMs: patience.lookup ?? defaults.lookupPatienceMs,
      bundle: flood.bundle ?? defaults.bundle,
      openPerPerson: flood['open-per-person'] ?? defaults.openPerPerson,
      crowdPerMinute: flood['people-per-minute'] ?? defaults.crowdPerMinute,
      staleMs: flood['older-than'] ?? defaults.staleMs,
      optOut: bot['opt-out'] ?? defaults.optOut,
      titles: bot.titles ?? defaults.titles,
    },
  };
}
