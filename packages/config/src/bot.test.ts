import { defaultPolicy, titlePolicy } from '@securitybot/core';
import { describe, expect, test } from 'vitest';
import { load, problems } from './fixtures.js';

const HOUR = 3_600_000;
const policyOf = async (bot: string) => (await load({ 'bot.yaml': bot })).policy;
const wrong = (bot: string) => problems({ 'bot.yaml': bot });

describe('what bot.yaml says', () => {
  test('nothing: the defaults', async () => {
    expect(await policyOf('{}')).toStrictEqual(defaultPolicy);
    expect(await policyOf('hours:\ntitles:\nproof: {}\n')).toStrictEqual(defaultPolicy);
  });

  test('everything, each into its place', async () => {
    const policy = await policyOf(`
hours: { start: 09:30, end: 24:00, days: [sun, 6, Mon], zone: Europe/Berlin }
answer: { low: 1d, medium: 3h, high: 90m, critical: 5m }
proof:
  ask-first: false
  permission: 20m
  push: 2m
  recheck: 30s
  mute-after: 0s
  pushes-per-alert: 1
  pushes-per-hour: 3
patience: { second-factor: 2m, lookup: 0s }
ignore: { longest: 1h30m }
flood: { bundle: 5, open-per-person: 20, people-per-minute: 50, older-than: 2d }
opt-out: false
titles:
  ' Sudo ': { severity: high, proof: waived, answer: 30m, mute-after: 0h }
  404: { answer: 1h }
`);
    expect(policy).toStrictEqual({
      hours: { start: '09:30', end: '24:00', days: [1, 6, 7], zone: 'Europe/Berlin' },
      answerMs: { low: 24 * HOUR, medium: 3 * HOUR, high: 1.5 * HOUR, critical: HOUR / 12 },
      permissionMs: HOUR / 3,
      askBeforePush: false,
      muteAfterProofMs: 0,
      longestIgnoreMs: 1.5 * HOUR,
      pushesPerTask: 1,
      pushesPerHour: 3,
      challengeMs: 120_000,
      recheckMs: 30_000,
      authPatienceMs: 120_000,
      lookupPatienceMs: 0,
      bundle: 5,
      openPerPerson: 20,
      crowdPerMinute: 50,
      staleMs: 48 * HOUR,
      optOut: false,
      titles: {
        sudo: { severity: 'high', proof: 'waived', answerMs: HOUR / 2, muteAfterProofMs: 0 },
        '404': { answerMs: HOUR },
      },
    });
  });

  test('a part: the rest of it stays', async () => {
    const policy = await policyOf('answer: { high: 10m }\nhours: { zone: Asia/Tokyo }\n');
    expect(policy.answerMs).toEqual({ ...defaultPolicy.answerMs, high: HOUR / 6 });
    expect(policy.hours).toEqual({ ...defaultPolicy.hours, zone: 'Asia/Tokyo' });
  });

  test('a title called like a part of every object is a title', async () => {
    const policy = await policyOf('titles:\n  __proto__: { severity: low }\n  constructor: { answer: 1h }\n');
    expect(titlePolicy(policy, '__proto__')).toEqual({ severity: 'low' });
    expect(titlePolicy(policy, 'constructor')).toEqual({ answerMs: HOUR });
    expect(titlePolicy(policy, 'toString')).toEqual({});
    expect(Object.getPrototypeOf(policy.titles)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).severity).toBeUndefined();
  });

  test.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['2h', 2 * HOUR],
    ['7d', 168 * HOUR],
    ['1h30m', 1.5 * HOUR],
    ['1h 30m', 1.5 * HOUR],
    ['1D2H3M4S', 93_784_000],
    ["'21h'", 21 * HOUR],
    ['365d', 8760 * HOUR],
    ['0s', 0],
  ])('the duration %s', async (written, ms) => {
    expect((await policyOf(`proof: { mute-after: ${written} }`)).muteAfterProofMs).toBe(ms);
  });
});

describe('durations that are none', () => {
  const advice = 'Write a duration such as 90s, 15m, 1h30m or 7d, from 0s to 365d.';
  test.each(['2', '0', '1.5h', '-1h', '30m1h', '1h1h', '2 hours', 'h', 'true', 'forever', '٣h', '"1h\\n30m x"'])(
    '%s',
    async (written) => {
      const [first, ...more] = await wrong(`ignore:\n  longest: ${written}\n`);
      expect(first).toMatch(/^bot\.yaml:2:12: "ignore\.longest" is ".*"\. Write a duration/);
      expect(first).toContain(advice);
      expect(more).toEqual([]);
    },
  );

  test('too long, too short, and far too long to be read', async () => {
    expect(await wrong('ignore: { longest: 366d }')).toEqual([
      `bot.yaml:1:20: "ignore.longest" is "366d", which is too long. ${advice}`,
    ]);
    expect(await wrong('proof: { push: 1s }')).toEqual([
      'bot.yaml:1:16: "proof.push" is "1s", which is too short. Write a duration such as 90s, 15m, 1h30m or 7d, from 10s to 1d.',
    ]);
    const [long] = await wrong(`answer: { low: ${'9'.repeat(100_000)}h }`);
    expect(long?.length).toBeLessThan(300);
  });
});

describe('values that are wrong say where, what and what to do', () => {
  test.each([
    ['hours: { start: 9:30 }', '1:17: "hours.start" is "9:30", which is no time of day. Write HH:MM such as 09:30'],
    ['hours: { end: 24:01 }', '1:15: "hours.end" is "24:01", which is no time of day'],
    ['hours: { end: 18 }', '1:15: "hours.end" is "18", which is no time of day'],
    ['hours: { start: [10] }', '1:17: "hours.start" is "", which is no time of day'],
    ['hours: { start: 18:00 }', '1:8: Working hours: they end at 18:00, which is not after their start at 18:00.'],
    ['hours: { days: [mon, funday] }', '1:22: "hours.days" has something that is no day. Write mon, tue'],
    ['hours: { days: [0] }', '1:17: "hours.days" has something that is no day'],
    ['hours: { days: [1.5] }', '1:17: "hours.days" has something that is no day'],
    ['hours: { days: [mon, 1] }', '1:22: "hours.days" has mon twice. Remove one.'],
    ['hours: { days: [] }', '1:16: "hours.days" is an empty list.'],
    ['hours: { zone: Europe/Belrin }', '1:16: "hours.zone" is "Europe/Belrin", which is no known time zone.'],
    ['hours: 10-18', '1:8: "hours" is "10-18". Write "name: value" lines, indented below it.'],
    ['hours: [10, 18]', '1:8: "hours" is a list.'],
    ['opt-out: yes', '1:10: "opt-out" is "yes". Write true or false.'],
    ['opt-out: no', '1:10: "opt-out" is "no". Write true or false.'],
    ['opt-out: on', '1:10: "opt-out" is "on". Write true or false.'],
    ['%YAML 1.1\n---\nopt-out: off', '3:10: "opt-out" is "off". Write true or false.'],
    ['opt-out:', '1:1: "opt-out" has no value. Write true or false.'],
    ['opt-out: {}', '1:10: "opt-out" is a map. Write true or false.'],
    ['flood: { bundle: 11 }', '1:18: "flood.bundle" is "11". Write a whole number from 1 to 10.'],
    ['flood: { bundle: 0 }', '1:18: "flood.bundle" is "0"'],
    ['flood: { people-per-minute: 2.5 }', '1:29: "flood.people-per-minute" is "2.5"'],
    ['proof: { pushes-per-hour: "5" }', '1:27: "proof.pushes-per-hour" is "5"'],
    ['proof: { pushes-per-hour: .inf }', '1:27: "proof.pushes-per-hour" is ".inf"'],
    ['titles: { a: { severity: severe } }', '1:26: "titles.a.severity" is "severe". Write one of low, medium, high'],
    ['titles: { a: { proof: required } }', '1:23: "titles.a.proof" is "required". Write waived, or remove the line.'],
    ['titles:\n  Sudo: {}\n  "sudo ": {}', '3:3: "sudo" stands on line 2 already, as "Sudo". Remove one of the two.'],
    ['titles: { " ": {} }', '1:11: "titles" has an entry without a name.'],
    ['titles: { a: high }', '1:14: "titles.a" is "high". Write "name: value" lines'],
    ['commands: 5', '1:11: "commands" is "5", not a text. Put it in quotes.'],
    ['commands: "a\\0b"', '1:11: "commands" has a control character or half a character in it. Remove it.'],
    ['commands: |\n  a\n  b\n', '1:11: "commands" has several lines. Write it on one.'],
  ])('%j', async (bot, message) => {
    const found = await wrong(bot);
    expect(found).toHaveLength(1);
    expect(found[0]?.slice('bot.yaml:'.length)).toContain(message);
  });

  test('all of them at once, from the top to the end', async () => {
    const found = await wrong('opt-out: 1\nflood: { bundle: 99, nothing: 1 }\nanswers: {}\nopt-out: true\n');
    expect(found.map((line) => /^bot\.yaml:\d+:\d+/.exec(line)?.[0])).toEqual([
      'bot.yaml:1:10',
      'bot.yaml:2:18',
      'bot.yaml:2:22',
      'bot.yaml:3:1',
      'bot.yaml:4:1',
    ]);
  });
});

describe('unknown keys', () => {
  test.each([
    ['hour: {}', '"hour" is not known here. Did you mean "hours"?'],
    ['optOut: true', '"optOut" is not known here. Did you mean "opt-out"?'],
    ['proof: { ask_first: true }', '"ask_first" is not known here. Did you mean "ask-first"?'],
    ['answer: { hihg: 1h }', '"hihg" is not known here. Did you mean "high"?'],
    ['titles: { x: { sevrity: low } }', '"sevrity" is not known here. Did you mean "severity"?'],
    ['<<: { opt-out: true }', '"<<" is not known here. Remove it, or write one of commands, messages, hours'],
    ['__proto__: { opt-out: false }', '"__proto__" is not known here.'],
    ['toString: x', '"toString" is not known here. Remove it'],
    ['"\\u202e\\u001b[31mx": 1', '"[31mx" is not known here. Remove it'],
  ])('%s', async (bot, message) => {
    const found = await wrong(bot);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });
});

describe('secrets', () => {
  test.each([
    ['slack-bot-token: hunter2', 'slack-bot-token', 'the environment variable SLACK_BOT_TOKEN'],
    ['slack: { token: hunter2 }', 'token', 'the environment variable SLACK_BOT_TOKEN'],
    ['slack: { appToken: hunter2 }', 'appToken', 'the environment variable SLACK_APP_TOKEN'],
    ['zulip: { bot: { key: hunter2 } }', 'key', 'the environment variable ZULIP_API_KEY'],
    ['duo: { integration-key: hunter2 }', 'integration-key', 'the environment variable DUO_INTEGRATION_KEY'],
    ['duo: { ikey: hunter2 }', 'ikey', 'the environment variable DUO_INTEGRATION_KEY'],
    ['DUO_SECRET_KEY: hunter2', 'DUO_SECRET_KEY', 'the environment variable DUO_SECRET_KEY'],
    ['database: { url: mysql://bot:hunter2@db/x }', 'url', 'the environment variable SECURITYBOT_DATABASE_URL'],
    ['database: { password: hunter2 }', 'password', 'the environment variable SECURITYBOT_DATABASE_URL'],
    ['SECURITYBOT_DATABASE_URL: hunter2', 'SECURITYBOT_DATABASE_URL', 'variable SECURITYBOT_DATABASE_URL'],
    ['proof: { secret: hunter2 }', 'secret', 'Put it into the environment, and remove it here.'],
    ['apiKeys: [hunter2]', 'apiKeys', 'Put it into the environment, and remove it here.'],
  ])('%s', async (bot, key, where) => {
    const found = (await wrong(bot)).join('\n');
    expect(found).toContain(`"${key}": This looks like a secret, and secrets never stand in these files.`);
    expect(found).toContain(where);
    expect(found).not.toContain('hunter2');
  });

  test('are not quoted where the syntax around them is wrong', async () => {
    for (const bot of [
      'password: "hunter2\n',
      'password: |hunter2\n',
      'a: b\nhunter2',
      'a: }hunter2',
      'x: "a" hunter2',
    ]) {
      const found = await wrong(bot);
      expect(found).not.toEqual([]);
      expect(found.join('\n')).not.toContain('hunter2');
    }
  });

  test('a title may be called what it likes', async () => {
    expect(await wrong('titles: { API token created: { severity: high }, password: {} }')).toEqual([]);
  });
});
