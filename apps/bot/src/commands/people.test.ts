import { userInfo } from 'node:os';
import { createSqlBlacklist } from '@securitybot/blacklist-sql';
import { beforeAll, describe, expect, test } from 'vitest';
import { desk, HOSTILE, UNPRINTABLE } from '../fixtures/desk.js';

const { run, write } = desk();
const json = async (...args: string[]) => JSON.parse((await run([...args, '--json'])).out) as Record<string, unknown>[];

describe('securitybot blacklist', () => {
  test('add, list, remove; each says when there is nothing to do', async () => {
    expect(await run(['blacklist', 'list'])).toEqual({ code: 0, out: '', err: 'Nobody is on the blacklist.\n' });
    expect(await run(['blacklist', 'add', 'Ann', '--reason', 'on leave'])).toEqual({
      code: 0,
      out: '',
      err: 'ann is on the blacklist now.\n',
    });
    expect(await run(['blacklist', 'add', ' ann', '--reason', 'other'])).toEqual({
      code: 0,
      out: '',
      err: 'ann is on the blacklist already; nothing was changed.\n',
    });
    const since = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(await json('blacklist', 'list')).toEqual([{ username: 'ann', since, reason: 'on leave' }]);
    expect(await run(['blacklist', 'remove', 'ANN'])).toEqual({
      code: 0,
      out: '',
      err: 'ann is no longer on the blacklist.\n',
    });
    expect(await run(['blacklist', 'remove', 'ANN'])).toEqual({
      code: 3,
      out: '',
      err: 'ann is not on the blacklist; nothing was changed.\n',
    });
    expect(await json('blacklist', 'list')).toEqual([]);
  });

  test('changes are on the record, with the login of who typed them at the host', async () => {
    const { username } = userInfo();
    await run(['blacklist', 'add', 'Rec', '--reason', 'x']);
    await run(['blacklist', 'add', 'rec']);
    await run(['blacklist', 'remove', 'rec']);
    await run(['ignored', 'remove', 'Rec', 'SUDO']);
    const { out } = await run(['alert', 'create', '--username', 'rec', '--title', 'sudo']);
    const { out: imported } = await run(['alert', 'create', '--from', '-'], {
      stdin: '{"username": "rec", "title": "su"}\n',
    });
    await write(async ({ db }) => {
      const about = ['rec', 'rec: sudo', out.trim(), imported.trim()];
      const rows = await db
        .selectFrom('sb_audit')
        .select(['who', 'how', 'what', 'about', 'outcome'])
        .where('about', 'in', about)
        .orderBy('id')
        .execute();
      const by = { who: username, how: 'command' };
      expect(rows).toEqual([
        { ...by, what: 'opt-out.put', about: 'rec', outcome: 'done' },
        { ...by, what: 'opt-out.put', about: 'rec', outcome: 'unchanged' },
        { ...by, what: 'opt-out.remove', about: 'rec', outcome: 'done' },
        { ...by, what: 'mute.remove', about: 'rec: sudo', outcome: 'unchanged' },
        { ...by, what: 'alert.raise', about: out.trim(), outcome: 'done' },
        { ...by, what: 'alert.raise', about: imported.trim(), outcome: 'done' },
      ]);
    });
  });

  test('a mute is no opt-out', async () => {
    await write((database) =>
      createSqlBlacklist(database).put({ username: 'mia', title: '', reason: '', until: Date.now() + 60_000 }),
    );
    expect((await run(['blacklist', 'add', 'mia'])).err).toBe('mia is on the blacklist now.\n');
    expect((await json('blacklist', 'list')).map(({ username }) => username)).toEqual(['mia']);
  });

  test.each([[['add', ' ']], [['remove', '']], [['add']], [['list', 'x']]])('%j is wrong usage', async (args) => {
    expect(await run(['blacklist', ...args])).toMatchObject({ code: 2, out: '' });
  });
});

describe('securitybot ignored', () => {
  const ends = Date.UTC(2090, 0, 1);
  beforeAll(() =>
    write(async (database) => {
      const { put } = createSqlBlacklist(database);
      await put({ username: 'ann', title: 'sudo', reason: 'proven', until: ends, since: 5, maxSeverity: 'high' });
      await put({ username: 'bob', title: 'ended', reason: '', until: 1000 });
      await put({ username: 'eve', title: 'hostile', reason: `=${HOSTILE}`, until: ends });
    }),
  );

  test('those in force, or all', async () => {
    const rows = await json('ignored');
    expect(rows.filter(({ username }) => username === 'ann')).toEqual([
      {
        username: 'ann',
        title: 'sudo',
        until: '2090-01-01T00:00:00Z',
        since: '1970-01-01T00:00:00Z',
        max_severity: 'high',
        reason: 'proven',
      },
    ]);
    expect(rows.map(({ username }) => username)).not.toContain('bob');
    expect((await json('ignored', '--all')).map(({ username }) => username)).toContain('bob');
  });

  test('hostile text reaches no terminal, and is no formula', async () => {
    expect((await run(['ignored', '--csv'])).out).toContain("'=");
    for (const format of [[], ['--json'], ['--csv']]) {
      expect((await run(['ignored', ...format])).out.replaceAll('\r\n', '\n')).not.toMatch(UNPRINTABLE);
    }
  });

  test('one can be ended', async () => {
    expect(await run(['ignored', 'remove', 'Ann', 'SUDO'])).toEqual({
      code: 0,
      out: '',
      err: 'Ann is asked about "SUDO" again.\n',
    });
    expect((await json('ignored')).map(({ username }) => username)).not.toContain('ann');
    expect(await run(['ignored', 'remove', 'ann', 'su\u001bdo'])).toEqual({
      code: 3,
      out: '',
      err: 'ann has no mute of "sudo"; nothing was changed.\n',
    });
    expect((await run(['ignored', 'remove', 'ann'])).code).toBe(2);
  });
});
