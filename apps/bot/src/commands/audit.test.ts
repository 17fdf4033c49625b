import { userInfo } from 'node:os';
import { recorded } from '@securitybot/sql';
import { expect, test } from 'vitest';
import { desk, HOSTILE, UNPRINTABLE } from '../fixtures/desk.js';

test('who changed what, the newest first', async () => {
  const { run } = desk();
  expect(await run(['audit'])).toEqual({ code: 0, out: '', err: 'Nothing is on the record.\n' });
  await run(['blacklist', 'add', 'ann']);
  await run(['blacklist', 'add', 'ann']);
  await run(['token', 'create', '--role', 'viewer', '--expires', '1d', '--name', 'siem']);
  const by = { at: expect.stringMatching(/^\d{4}-.*Z$/), who: userInfo().username, how: 'command' };
  const { code, out, err } = await run(['audit', '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toEqual([
    { ...by, what: 'token.create', about: expect.stringMatching(/^[0-9a-f]{16}: viewer, siem$/), outcome: 'done' },
    { ...by, what: 'opt-out.put', about: 'ann', outcome: 'unchanged' },
    { ...by, what: 'opt-out.put', about: 'ann', outcome: 'done' },
  ]);
  expect(JSON.parse((await run(['audit', '--limit', '1', '--json'])).out)).toMatchObject([{ what: 'token.create' }]);
  expect((await run(['audit', '--csv'])).out).toMatch(/^at,who,how,what,about,outcome\r\n/);
  expect((await run(['audit', '--limit', '0'])).code).toBe(2);
});

test('what somebody is called reaches no terminal, and is no formula', async () => {
  const { run, write } = desk();
  await write((database) =>
    recorded(database, { name: `=${HOSTILE}`, how: 'session' }, 'sign-in', [HOSTILE], async () => ['done']),
  );
  for (const format of [[], ['--json'], ['--csv']])
    expect((await run(['audit', ...format])).out.replaceAll('\r\n', '\n')).not.toMatch(UNPRINTABLE);
  expect((await run(['audit', '--csv'])).out).toContain("'=");
});
