import { createSqlTasker } from '@securitybot/tasker-sql';
import { describe, expect, test } from 'vitest';
import { desk } from '../fixtures/desk.js';

const { run, write } = desk();
const DAY = 86_400_000;
const idOf = (n: number) => n.toString(16).padStart(64, '0');

/** Alerts that an older Securitybot has dealt with, so many days ago. */
async function settle(days: readonly number[]): Promise<void> {
  await write(async (database) => {
    const now = (await database.now()).getTime();
    const { add } = createSqlTasker(database);
    for (const [n, ago] of days.entries()) {
      const about = { username: 'ann', title: 'sudo', description: '', reason: '', url: '' };
      await add({ id: idOf(n), ...about, eventTime: now - ago * DAY });
    }
    await database.db.updateTable('alert_status').set({ status: 2 }).execute();
  });
}

test('what is old is counted, then deleted, and known when it comes again', async () => {
  await settle([100, 95, 10]);
  const dry = await run(['prune', '--older-than', '90d', '--dry-run']);
  expect(dry).toMatchObject({ code: 0, err: '' });
  expect(dry.out).toMatch(/^closed before \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: 2; nothing was deleted\n$/);

  const done = await run(['prune', '--older-than', '90d']);
  expect(done.out).toMatch(/: 2 deleted, their ids are kept\n$/);

  await write(async ({ db }) => {
    const entries = await db.selectFrom('sb_audit').select(['what', 'outcome']).where('what', '=', 'prune').execute();
    expect(entries).toEqual([{ what: 'prune', outcome: 'done' }]);
  });

  expect((await run(['prune', '--older-than', '90d'])).out).toContain(': 0 deleted');
  expect((await run(['alert', 'list', '--columns', 'id', '--csv'])).out).toBe(`id\r\n${idOf(2)}\r\n`);
  expect((await run(['alert', 'show', idOf(0)])).code).toBe(3);
  const again = await run(['alert', 'create', '--id', idOf(0), '--username', 'ann', '--title', 'sudo']);
  expect(again).toEqual({ code: 0, out: `${idOf(0)}\n`, err: 'That alert is known already; nothing was changed.\n' });
});

describe('what is no age is refused', () => {
  test.each([[], ['0d'], ['90'], ['-5d'], ['90h'], ['1e3d']])('%j', async (...age) => {
    const { code, out, err } = await run(['prune', ...(age.length > 0 ? ['--older-than', ...age] : [])]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/--older-than <days>/);
  });
});
