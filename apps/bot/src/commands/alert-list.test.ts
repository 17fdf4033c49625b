import { normalise } from '@securitybot/core';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { desk, HOSTILE, UNPRINTABLE } from '../fixtures/desk.js';

const { run, write } = desk();
const list = (...args: string[]) => run(['alert', 'list', ...args]);
const hashOf = (n: number) => Buffer.alloc(32, n);
const idOf = (n: number) => hashOf(n).toString('hex');

/** Five alerts: open, half, escalated, confirmed, hostile. */
beforeAll(() =>
  write(async ({ db }) => {
    const row = { title: 'sudo', description: 'was root', reason: 'sudo -i', url: 'https://siem.example' };
    await db
      .insertInto('alerts')
      .values([
        { ...row, hash: hashOf(1), ldap: 'ann', event_time: '2026-01-01 00:00:00' },
        { ...row, hash: hashOf(2), ldap: 'Bob', event_time: '2026-01-02 00:00:00' },
        { ...row, hash: hashOf(3), ldap: 'ann', title: 'New, browser', event_time: '2026-01-03 00:00:00' },
        { ...row, hash: hashOf(4), ldap: 'ANN ', event_time: '2026-01-04 00:00:00' },
        { hash: hashOf(5), ldap: HOSTILE, title: HOSTILE, description: '=cmd()', reason: HOSTILE, url: `@${HOSTILE}` },
      ])
      .execute();
    const statuses = [0, undefined, 2, 2, 1];
    for (const [i, status] of statuses.entries()) {
      const hash = hashOf(i + 1);
      if (status !== undefined) await db.insertInto('alert_status').values({ hash, status }).execute();
      const response = { comment: `words ${i + 1}`, performed: i === 3, authenticated: i === 3 };
      await db
        .insertInto('user_responses')
        .values({ hash, ...response })
        .execute();
    }
    const closed = { person: 'U1', state: 'closed', closed_at: Date.UTC(2026, 0, 5) };
    await db
      .insertInto('sb_tasks')
      .values([
        { ...closed, hash: hashOf(3), severity: 'high', verdict: 'escalated', cause: 'push-denied', seen_at: 5 },
        { ...closed, hash: hashOf(4), severity: null, verdict: 'confirmed', cause: null, seen_at: 5 },
      ])
      .execute();
  }),
);

test('a table of what matters, newest first', async () => {
  const { code, out, err } = await list('--before', '2026-01-05');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out.split('\n').map((line) => line.trimEnd())).toEqual([
    'event_time            username  title         status  verdict    cause        id',
    `2026-01-04T00:00:00Z  ANN       sudo          done    confirmed               ${idOf(4).slice(0, 12)}`,
    `2026-01-03T00:00:00Z  ann       New, browser  done    escalated  push-denied  ${idOf(3).slice(0, 12)}`,
    `2026-01-02T00:00:00Z  Bob       sudo          half                            ${idOf(2).slice(0, 12)}`,
    `2026-01-01T00:00:00Z  ann       sudo          open                            ${idOf(1).slice(0, 12)}`,
    '',
  ]);
});

test('a table has as much of an id as alert show needs; all of it where it is asked for', async () => {
  const { out } = await list('--verdict', 'confirmed');
  const shown = out.trim().split(' ').at(-1) ?? '';
  expect(shown).toHaveLength(12);
  expect((await run(['alert', 'show', shown])).out).toContain(idOf(4));
  expect((await list('--verdict', 'confirmed', '--columns', 'id')).out).toContain(idOf(4));
});

test('JSON has every column, typed', async () => {
  const { out } = await list('--json', '--cause', 'push-denied');
  expect(JSON.parse(out)).toEqual([
    {
      id: idOf(3),
      event_time: '2026-01-03T00:00:00Z',
      username: 'ann',
      title: 'New, browser',
      description: 'was root',
      reason: 'sudo -i',
      url: 'https://siem.example',
      severity: 'high',
      status: 'done',
      state: 'closed',
      verdict: 'escalated',
      cause: 'push-denied',
      performed: false,
      authenticated: false,
      comment: 'words 3',
      seen_at: '1970-01-01T00:00:00Z',
      closed_at: '2026-01-05T00:00:00Z',
      rejected: null,
    },
  ]);
});

describe('filters', () => {
  const found = async (...args: string[]) => {
    const { code, out, err } = await list('--json', '--columns', 'id', '--order', 'oldest', ...args);
    expect({ code, err: err.replace('No alert matches.\n', '') }).toEqual({ code: 0, err: '' });
    return (JSON.parse(out) as { id: string }[]).map(({ id }) => Number.parseInt(id.slice(0, 2), 16));
  };
  test.each([
    [[], [1, 2, 3, 4, 5]],
    [
      ['--username', ' Ann '],
      [1, 3, 4],
    ],
    [
      ['--username', 'ann', '--username', 'bob'],
      [1, 2, 3, 4],
    ],
    [
      ['--title', 'SUDO'],
      [1, 2, 4],
    ],
    [['--title', 'New, browser'], [3]],
    [
      ['--title', 'sudo,New', '--title', 'x'],
      [1, 2, 4],
    ],
    [['--title', 'none'], []],
    [['--status', 'open'], [1]],
    [['--status', '0'], [1]],
    [['--status', 'in-progress'], [5]],
    [['--status', '1'], [5]],
    [
      ['--status', 'open,in-progress'],
      [1, 5],
    ],
    [
      ['--status', '0', '--status', 'Done'],
      [1, 3, 4],
    ],
    [
      ['--status', 'done'],
      [3, 4],
    ],
    [
      ['--status', '2'],
      [3, 4],
    ],
    [['--verdict', 'confirmed'], [4]],
    [['--verdict', 'muted'], []],
    [['--cause', 'push-denied'], [3]],
    [['--performed', 'yes'], [4]],
    [
      ['--performed', 'no'],
      [1, 2, 3, 5],
    ],
    [['--authenticated', 'yes'], [4]],
    [['--authenticated', 'no', '--status', 'done'], [3]],
    [
      ['--after', '2026-01-03'],
      [3, 4, 5],
    ],
    [
      ['--before', '2026-01-03T00:00:00Z'],
      [1, 2],
    ],
    [['--after', '2026-01-02T01:00:00+01:00', '--before', '2026-01-03'], [2]],
    [['--after', '-1m'], [5]],
    [
      ['--limit', '2'],
      [1, 2],
    ],
    [
      ['--limit', '2', '--order', 'newest'],
      [5, 4],
    ],
  ] as const)('%j', async (args, expected) => {
    expect(await found(...args)).toEqual(expected);
  });
});

test('columns are chosen and ordered', async () => {
  const { out } = await list('--columns', 'cause, username', '--status', 'done', '--csv');
  expect(out).toBe('cause,username\r\n,ANN \r\npush-denied,ann\r\n');
});

test('nothing found is no failure, and said on stderr', async () => {
  const nobody = ['--username', 'nobody'];
  expect(await list(...nobody)).toEqual({ code: 0, out: '', err: 'No alert matches.\n' });
  expect(await list(...nobody, '--json')).toMatchObject({ code: 0, out: '[]\n' });
  expect((await list(...nobody, '--csv')).out).toMatch(/^id,event_time,.*\r\n$/);
});

test('anonymous: logins are pseudonyms, the same throughout; nobody’s words are there', async () => {
  const { out, err } = await list('--anonymous', '--json', '--before', '2026-01-05');
  expect(err).toBe('');
  const rows = JSON.parse(out) as Record<string, unknown>[];
  expect(rows.map(({ username }) => username)).toEqual(['person-1', 'person-1', 'person-2', 'person-1']);
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(expect.arrayContaining(['id', 'title', 'verdict']));
    for (const text of ['description', 'reason', 'url', 'comment']) expect(row).not.toHaveProperty(text);
  }
  const chosen = await list('--anonymous', '--columns', 'reason,username,comment', '--csv');
  expect(chosen.err).toBe('Left out for --anonymous: reason, comment.\n');
  expect(chosen.out).not.toContain('words');
  expect(chosen.out.split('\r\n')[0]).toBe('username');
  for (const login of ['ann', 'bob']) expect(normalise(out + chosen.out)).not.toContain(login);
});

test('hostile text reaches no terminal, and is no formula', async () => {
  for (const format of [[], ['--json'], ['--csv']]) {
    const { out } = await run(['alert', 'list', '--columns', 'username,title,description,reason,url', ...format], {
      columns: 80,
    });
    expect(out.replaceAll('\r\n', '\n')).not.toMatch(UNPRINTABLE);
  }
  const { out } = await list('--csv', '--status', 'in-progress', '--columns', 'description,url');
  const [, cells = []] = parse(out) as string[][];
  expect(cells[0]).toBe("'=cmd()");
  expect(cells[1]?.startsWith("'@")).toBe(true);
});

describe('what is no option is refused, with what there is', () => {
  test.each([
    [['--columns', 'id,nope'], /There is no column "nope"; there are id, event_time, username, title, /],
    [['--columns', ''], /There is no column ""/],
    [['--status', 'open,finished'], /Allowed choices are open, in-progress, done/],
    [['--cause', 'x'], /Allowed choices are denied, unsure, /],
    [['--verdict', 'x'], /confirmed, escalated, muted/],
    [['--performed', 'maybe'], /yes, no/],
    [['--after', 'yesterday'], /Write ISO 8601 such as .*, or so long ago: -30m, -6h, -2d/],
    [['--limit', '0'], /whole number from 1/],
    [['--limit', '1e3'], /whole number from 1/],
    [['--order', 'random'], /newest, oldest/],
    [['--title', ' , '], /It is empty/],
    [['--json', '--csv'], /cannot be used with/],
    [['sudo'], /too many arguments/],
  ] as const)('%j', async (args, message) => {
    const { code, out, err } = await list(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});

test('nobody who reads is no failure', async () => {
  expect(await run(['alert', 'list'], { closed: true })).toEqual({ code: 0, out: '', err: '' });
});
