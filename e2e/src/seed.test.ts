import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { createSecuritybot, defaultPolicy } from '@securitybot/core';
import { migrate, openDatabase } from '@securitybot/sql';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { createClock, createMemoryAuth, createMemoryChat } from '@securitybot/testing';
import { afterEach, describe, expect, test } from 'vitest';

/*
 * What the Securitybot of 2016 got wrong, row by row, on a real SQLite database: the rows of its tables are what
 * detection systems read.
 */

const HOUR = 3_600_000;
/** A Tuesday, 10:00 in Los Angeles. */
const TUESDAY = Date.UTC(2026, 10, 24, 18);
const SECURITY = '#security';
/** Hours pass faster when the store is not asked each second: `idle` looks anyway. In ms. */
const SELDOM = 6 * HOUR;

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** SQLite's work is done within a turn or two of the event loop; a simulated clock waits for some. */
async function world({ start = TUESDAY, pollMs = 1000 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-seed-'));
  const path = join(folder, 'bot.db');
  const clock = createClock(start);
  const database = await openDatabase(`sqlite:${path}`, { now: () => clock.now() });
  await migrate(database);
  const foreign = new DatabaseSync(path, { timeout: 5000 });
  const chat = createMemoryChat({ people: ['ann', 'bob'], clock });
  const auth = createMemoryAuth({ clock, enrolled: ['ann', 'bob'] });
  const tasker = createSqlTasker(database);
  const blacklist = createSqlBlacklist(database);
  const failures: string[] = [];
  const compose = () =>
    createSecuritybot(
      { chat, auth, tasker, blacklist },
      {
        reportingChannel: SECURITY,
        clock,
        pollMs,
        policy: defaultPolicy,
        observe: (seen) => seen.type === 'failure' && failures.push(seen.doing),
      },
    );
  const bot = compose();
  await bot.start();
  cleanUps.push(
    () => rmSync(folder, { recursive: true }),
    () => database.close(),
    () => foreign.close(),
    () => bot.stop(),
  );
  let count = 0;
  return {
    clock,
    chat,
    auth,
    bot,
    compose,
    foreign,
    failures,
    texts: (user: string) => chat.inbox(user).map(({ text }) => text),
    reports: () => chat.room(SECURITY).map(({ text }) => text),
    says: async (user: string, text: string) => {
      await chat.say(user, text);
      await bot.idle();
    },
    /** As a detector writes it: three statements of plain SQL. */
    async detect(change: { ldap?: string; title?: string; reason?: string; url?: string; description?: string } = {}) {
      count += 1;
      const hash = Buffer.alloc(32, count);
      const at = new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ');
      const {
        ldap = 'ann',
        title = 'sudo',
        description = 'sudo on web-1',
        reason = 'root shell',
        url = 'https://siem.example/1',
      } = change;
      foreign
        .prepare(
          'INSERT INTO alerts (hash, ldap, title, description, reason, url, event_time) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(hash, ldap, title, description, reason, url, at);
      foreign
        .prepare('INSERT INTO user_responses (hash, comment, performed, authenticated) VALUES (?, ?, ?, ?)')
        .run(hash, '', 0, 0);
      foreign.prepare('INSERT INTO alert_status (hash, status) VALUES (?, 0)').run(hash);
      await bot.idle();
      return hash;
    },
    row: (hash: Buffer) => ({
      ...foreign
        .prepare(
          'SELECT status, comment, performed, authenticated FROM alert_status JOIN user_responses USING (hash) WHERE hash = ?',
        )
        .get(hash),
    }),
    ignored: () =>
      foreign
        .prepare('SELECT ldap, title, until FROM ignored')
        .all()
        .map((row) => ({ ...row })),
  };
}

describe('only a proven yes mutes; everything else reaches the security team at once, with its cause', () => {
  test.each([
    ['the push is denied', 'yes', (auth: ReturnType<typeof createMemoryAuth>) => auth.deny('ann'), 'push-denied'],
    ['the push is reported as fraud', 'yes', (auth: ReturnType<typeof createMemoryAuth>) => auth.fraud('ann'), 'fraud'],
    ['the push is refused', 'no', () => undefined, 'refused-proof'],
  ])('yes, and %s', async (_name, permission, act, cause) => {
    const { detect, says, auth, bot, row, ignored, reports } = await world();
    const hash = await detect();
    await says('ann', 'yes I did');
    await says('ann', permission);
    act(auth);
    await bot.idle();
    expect(reports()[0]?.split('\n')[0]).toBe(`ann: sudo (${cause})`);
    expect(row(hash)).toEqual({ status: 2, comment: 'I did', performed: 1, authenticated: 0 });
    expect(ignored()).toEqual([]);
  });

  test('yes, and there is no device', async () => {
    const { detect, says, auth, row, ignored, reports, texts } = await world();
    auth.setReadiness('ann', { ready: false, reason: 'no-device' });
    const hash = await detect();
    await says('ann', 'yes');
    expect(reports()[0]).toContain('(no-factor)');
    expect(texts('ann').at(-1)).toContain('no second factor');
    expect(row(hash)).toMatchObject({ status: 2, authenticated: 0 });
    expect(ignored()).toEqual([]);
  });

  test('a proven yes: confirmed, one mute of 21 hours', async () => {
    const { detect, says, auth, bot, row, ignored, reports } = await world();
    const hash = await detect();
    await says('ann', 'yes I did');
    await says('ann', 'yes');
    auth.approve('ann');
    await bot.idle();
    expect(row(hash)).toEqual({ status: 2, comment: 'I did', performed: 1, authenticated: 1 });
    expect(ignored()).toEqual([{ ldap: 'ann', title: 'sudo', until: '2026-11-25 15:00:00' }]);
    expect(reports()).toEqual([]);
  });
});

test('silence is reported after two working hours, and the person is told', async () => {
  const { detect, clock, bot, row, reports, texts } = await world({ pollMs: SELDOM });
  const hash = await detect();
  await clock.advance(2 * HOUR);
  await bot.idle();
  expect(reports()[0]).toContain('(no-answer)');
  expect(texts('ann').at(-1)).toContain("haven't had an answer");
  expect(row(hash)).toEqual({ status: 2, comment: 'no response received', performed: 0, authenticated: 0 });
});

test('a deadline counts working time, in the zone: Friday 17:00 + 2 h is Monday 11:00', async () => {
  const { detect, clock, bot, reports } = await world({ start: Date.UTC(2026, 10, 21, 1), pollMs: SELDOM }); // Friday 17:00 there
  await detect();
  await clock.set(Date.UTC(2026, 10, 23, 18, 59, 59));
  await bot.idle();
  expect(reports()).toEqual([]);
  await clock.advance(1000);
  await bot.idle();
  expect(reports()).toHaveLength(1);
});

test('a proof covers the alerts it was asked for, and no others: the next yes needs its own', async () => {
  const { detect, says, auth, bot } = await world();
  await detect();
  await says('ann', 'yes');
  await says('ann', 'yes');
  auth.approve('ann');
  await bot.idle();
  await detect({ title: 'login' });
  await says('ann', 'yes');
  await says('ann', 'yes');
  expect(auth.prompts('ann')).toHaveLength(2);
});

test('opting out stops messages, never alerts: they go to the security team at once; leaving and coming back are reported', async () => {
  const { detect, says, reports, texts, row, foreign } = await world();
  await says('ann', 'stop');
  expect(
    foreign
      .prepare('SELECT ldap FROM blacklist')
      .all()
      .map((entry) => ({ ...entry })),
  ).toEqual([{ ldap: 'ann' }]);
  const hash = await detect();
  expect(row(hash)).toMatchObject({ status: 2, comment: 'blacklisted' });
  expect(texts('ann')).toHaveLength(1);
  await says('ann', 'start');
  expect(reports().map((text) => text.split(/[:(]/)[0])).toEqual([
    'ann has opted out',
    'ann',
    'ann has opted back in and will be asked again. ',
  ]);
  await detect({ title: 'login' });
  expect(texts('ann').at(-1)).toContain('login');
});

test('one bad message does not stop the loop: from an unknown user, empty, with an absurd number', async () => {
  const { says, chat, texts, failures } = await world();
  chat.add({ id: 'U9', username: 'gone', name: 'Gone' });
  chat.deactivate('gone');
  await chat.say('gone', 'hi');
  await says('ann', '');
  await says('ann', 'ignore current 99999999999999h');
  await says('ann', 'hi');
  expect(texts('ann')).toEqual(['There is no alert on the table that I could ignore.', 'Hello Ann!']);
  expect(failures).toEqual([]);
});

test('the clock starts when the alert is first seen, and a more severe alert is asked first', async () => {
  const { detect, clock, bot, reports, texts, says } = await world({ pollMs: SELDOM });
  await detect();
  await detect({ title: 'login' });
  await clock.advance(2 * HOUR);
  await bot.idle();
  expect(reports().map((text) => text.split('\n')[0])).toHaveLength(1); // both at once, in one report
  expect(reports()[0]).toContain('2 alerts');
  await says('ann', 'status');
  expect(texts('ann').at(-1)).toBe('There is nothing open between us.');
});

test('the explanation is kept verbatim, and a message quoted as a whole is understood', async () => {
  const { detect, says, row } = await world();
  const hash = await detect();
  await says('ann', '"no   C:\\temp\\x  it\'s not me"');
  expect(row(hash)).toMatchObject({ comment: "C:\\temp\\x  it's not me" });
});

test('an alert that is muted on arrival ends as such, without a message', async () => {
  const { detect, row, foreign, texts } = await world();
  foreign
    .prepare(
      "INSERT INTO ignored (ldap, title, reason, until) VALUES ('ann', 'sudo', 'known job', '2026-11-25 00:00:00')",
    )
    .run();
  const hash = await detect();
  expect(row(hash)).toEqual({ status: 2, comment: 'known job', performed: 0, authenticated: 0 });
  expect(texts('ann')).toEqual([]);
});

test('a restart in the middle goes on where it stood: the push is asked once, and settles', async () => {
  const { detect, says, auth, bot, compose, row } = await world();
  const hash = await detect();
  await says('ann', 'yes');
  await says('ann', 'yes');
  await bot.stop();
  auth.approve('ann');
  const next = compose();
  await next.start();
  await next.idle();
  expect(auth.prompts('ann')).toHaveLength(1);
  expect(row(hash)).toMatchObject({ status: 2, authenticated: 1 });
  await next.stop();
});

test('the first answer to a question stands, and a second is told so; a typographically quoted “yes” is understood', async () => {
  const { detect, says, row, texts } = await world();
  const first = await detect();
  await says('ann', 'no, not me');
  await says('ann', 'yes');
  expect(texts('ann').at(-1)).toContain('the first answer stands');
  expect(row(first)).toMatchObject({ performed: 0, comment: 'not me' });
  await detect({ title: 'login' });
  await says('ann', '“yes”');
  expect(texts('ann').at(-1)).toContain('send a push');
});

test('`ignore last` mutes the one just dealt with', async () => {
  const { detect, says, auth, bot, ignored } = await world();
  await detect();
  await detect({ title: 'login' });
  await says('ann', 'yes');
  await says('ann', 'yes');
  auth.approve('ann');
  await bot.idle();
  await says('ann', 'ignore last 1h');
  expect(ignored()).toEqual([{ ldap: 'ann', title: 'sudo', until: '2026-11-25 15:00:00' }]); // the later end wins
});

test('a provider’s error is survived: what is safe to repeat is repeated', async () => {
  const { detect, says, chat, auth, clock, bot, row, texts } = await world();
  chat.failNext(2, 'UNAVAILABLE', { on: 'send' });
  auth.failNext(2, 'UNAVAILABLE', { on: 'readiness' });
  const detected = detect();
  await clock.advance(10_000);
  const hash = await detected;
  expect(texts('ann')).toHaveLength(1);
  const said = says('ann', 'yes');
  await clock.advance(10_000);
  await said;
  await says('ann', 'yes');
  auth.approve('ann');
  await bot.idle();
  expect(row(hash)).toMatchObject({ status: 2, authenticated: 1 });
});

test('an alert’s text is text: no markup, no forged link, cut to length', async () => {
  const { detect, chat } = await world();
  await detect({
    title: '*sudo* <!channel>',
    description: '`x` {name} javascript:alert(1)',
    reason: 'r'.repeat(20_000),
    url: 'javascript:alert(1)',
  });
  const [message] = chat.inbox('ann');
  expect(message?.text).toContain('*sudo* <!channel>: `x` {name} javascript:alert(1)');
  expect(message?.links).toEqual([]);
  expect(message?.text.length).toBeLessThan(6000);
  expect(message?.text).toContain('Did you do this?');
});

test('an unknown login goes to verification with the comment of the original', async () => {
  const { detect, row, reports } = await world();
  const hash = await detect({ ldap: 'nobody' });
  expect(row(hash)).toEqual({ status: 2, comment: 'invalid user', performed: 0, authenticated: 0 });
  expect(reports()[0]).toContain('(unknown-person)');
});

test('an alert is one message to the person, and a waiting person costs nothing', async () => {
  const { detect, chat, clock } = await world();
  await detect();
  const sends = () => chat.calls.filter(({ method }) => method === 'send').length;
  expect(sends()).toBe(1);
  const calls = chat.calls.length;
  await clock.advance(10 * 60_000);
  expect(chat.calls.length).toBe(calls);
});
