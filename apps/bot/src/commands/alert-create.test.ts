import { writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hangBell } from '../bell.js';
import { desk, UNPRINTABLE } from '../fixtures/desk.js';

const { run, path } = desk();
const create = (...args: string[]) => run(['alert', 'create', ...args]);
const ID = /^[0-9a-f]{64}$/;
const listed = async (title: string) =>
  JSON.parse((await run(['alert', 'list', '--json', '--title', title, '--order', 'oldest'])).out) as Record<
    string,
    unknown
  >[];

describe('one alert', () => {
  test('all that may be said of it', async () => {
    const { code, out, err } = await create(
      ...['--username', 'Ann', '--title', 'one', '--description', 'd', '--reason', 'r', '--url', 'https://x.example'],
      ...['--severity', 'high', '--event-time', '2026-01-02T03:04:05+01:00', '--id', 'AB'.repeat(32)],
    );
    expect({ code, out, err }).toEqual({ code: 0, out: `${'ab'.repeat(32)}\n`, err: '' });
    expect(await listed('one')).toMatchObject([
      {
        id: 'ab'.repeat(32),
        username: 'ann',
        event_time: '2026-01-02T02:04:05Z',
        severity: 'high',
        status: 'open',
        reason: 'r',
      },
    ]);
    const again = await create('--username', 'ann', '--title', 'one', '--id', 'ab'.repeat(32));
    expect(again).toMatchObject({
      code: 0,
      out: `${'ab'.repeat(32)}\n`,
      err: expect.stringContaining('known already'),
    });
  });

  test.each([
    [[], 2, /^error: --username <login> and --title <title> missing; or raise the alerts of a file: --from <file>$/m],
    [['--title', 'x'], 2, /^error: --username <login> missing; or .*--from <file>$/m],
    [['--username', 'x'], 2, /^error: --title <title> missing; or .*--from <file>$/m],
    [['--username', 'x', '--title', 'x', '--severity', 'awful'], 2, /low, medium, high, critical/],
    [['--username', 'x', '--title', 'x', '--format', 'csv'], 2, /--format belongs to --from/],
    [['--username', 'x', '--title', 'x', '--event-time', 'x'], 2, /^error: --event-time is "x"; write ISO 8601/],
    [['--username', 'x', '--title', 'x', '--id', 'x'], 2, /^error: --id is "x"; write 64 hex digits/],
    [['--username', ' ', '--title', 'x'], 2, /^error: --username is missing/],
    [['--from', '-', '--username', 'x'], 2, /cannot be used with/],
    [['--from', 'alerts.txt'], 2, /add --format jsonl or --format csv/],
    [
      ['--from', 'nowhere.csv'],
      1,
      /^securitybot: --from nowhere\.csv cannot be read: there is no such file; see whether/,
    ],
    [['--from', '.', '--format', 'csv'], 1, /^securitybot: --from \. cannot be read: it is a folder; name a file$/m],
  ] as const)('%j ends with %i', async (args, code, message) => {
    expect(await create(...args)).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
  });
});

describe('alerts of a file', () => {
  test('each line is answered for itself', async () => {
    const file = path('alerts.csv');
    writeFileSync(
      file,
      [
        'username,title,description,event_time,severity',
        'ann,csv,"became root, on db-1",2026-01-01T00:00:00Z,high',
        ',csv,,,',
        'bob,csv,,yesterday,',
        'carl,csv,,2026-01-02,',
      ].join('\n'),
    );
    const { code, out, err } = await create('--from', file);
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n')).toEqual([expect.stringMatching(ID), expect.stringMatching(ID)]);
    expect(err.trimEnd().split('\n')).toEqual([
      `${file}:3: username is missing: the login that the alert is about`,
      expect.stringMatching(/alerts\.csv:4: event_time is "yesterday"; write ISO 8601/),
    ]);
    const rows = await listed('csv');
    expect(rows).toMatchObject([
      { username: 'ann', description: 'became root, on db-1', event_time: '2026-01-01T00:00:00Z', severity: 'high' },
      { username: 'carl', event_time: '2026-01-02T00:00:00Z' },
    ]);
    expect(rows.map(({ id }) => id)).toEqual(out.trimEnd().split('\n'));

    const again = await create('--from', file);
    expect(again.out).toBe(out);
    expect(again.err).toContain('alerts.csv:2: known already; nothing was changed\n');
    expect(await listed('csv')).toHaveLength(2);
  });

  test('from stdin, as JSON lines or by --format', async () => {
    const json = await run(['alert', 'create', '--from', '-'], { stdin: '{"username":"ann","title":"stdin"}\n' });
    expect(json).toEqual({ code: 0, out: expect.stringMatching(/^[0-9a-f]{64}\n$/), err: '' });
    const csv = await run(['alert', 'create', '--from', '-', '--format', 'csv'], {
      stdin: 'title,username\nstdin,bob',
    });
    expect(csv).toMatchObject({ code: 0, err: '' });
    expect(await listed('stdin')).toHaveLength(2);
    expect(await run(['alert', 'create', '--from', '-'])).toEqual({ code: 0, out: '', err: '' });
  });

  test('hostile lines are told without being obeyed', async () => {
    const line = JSON.stringify({ username: 'ann', title: 'x', severity: '\u001b[2J\u202e\n' });
    const stdin = `\u001b[2J\n${line}\n{"\\u001b[2J":1}\n{"username":"ann","title":"x","id":"\u009b31m"}\n`;
    const { code, err } = await run(['alert', 'create', '--from', '-'], { stdin });
    expect(code).toBe(1);
    expect(err).not.toMatch(UNPRINTABLE);
    expect(
      err
        .trimEnd()
        .split('\n')
        .map((each) => each.slice(0, 8)),
    ).toEqual(['stdin:1:', 'stdin:2:', 'stdin:3:', 'stdin:4:']);
  });

  test('ids that nobody reads end it, as a failure', async () => {
    const stdin = '{"username":"ann","title":"unread"}\n'.repeat(3);
    const { code, err } = await run(['alert', 'create', '--from', '-'], { stdin, closed: true });
    expect(code).toBe(1);
    expect(err).toBe('securitybot: nobody reads the ids any more: stopped after line 1 of stdin\n');
  });
});

describe('alert show', () => {
  test('of an id, the beginning is enough, as a narrow table cuts it', async () => {
    const id = 'cd'.repeat(32);
    await create('--username', 'ann', '--title', 'show', '--id', id);
    await create('--username', 'ann', '--title', 'show', '--id', `cd${'0'.repeat(62)}`);
    expect(await run(['alert', 'show', 'CDCD…'])).toMatchObject({ code: 0, out: expect.stringContaining(id) });
    expect(await run(['alert', 'show', 'cd'])).toMatchObject({
      code: 1,
      err: 'securitybot: several alerts have an id that begins with cd: type more of it\n',
    });
    const nobodys = '0123456789abcdef';
    expect(await run(['alert', 'show', nobodys])).toEqual({ code: 3, out: '', err: `There is no alert ${nobodys}.\n` });
    expect(await run(['alert', 'show', '\u001b[2J'])).toMatchObject({ code: 1, err: expect.stringMatching(/64/) });
  });
});

test('new alerts wake the bots of this machine', async () => {
  let rung = 0;
  const takeDown = await hangBell(() => (rung += 1));
  onTestFinished(() => takeDown?.());
  await create('--username', 'ann', '--title', 'ring');
  await expect.poll(() => rung).toBeGreaterThan(0);
  rung = 0;
  await run(['alert', 'create', '--from', '-'], { stdin: '{"username":"ann","title":"ring"}\n' });
  await expect.poll(() => rung).toBeGreaterThan(0);
});
