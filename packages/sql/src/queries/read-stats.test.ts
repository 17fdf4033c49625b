import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase, type SqlDatabase } from '../database.js';
import { migrate } from '../migrations/migrate.js';
import { forEachEngine } from '../testing.js';
import { hashOf, write, written } from './fixtures/rows.js';
import { readStats } from './read-stats.js';

const START = Date.UTC(2026, 2, 2);
const DAY = 86_400_000;
const MINUTE = 60_000;
const request = { after: START, before: START + 3 * DAY };

/** Each was asked a minute after it was first seen. */
async function answer({ db }: SqlDatabase, seed: string, seenAt: number, tookMs: number): Promise<void> {
  const times = { asked_at: seenAt + MINUTE, answered_at: seenAt + MINUTE + tookMs };
  await db.updateTable('sb_tasks').set(times).where('hash', '=', hashOf(seed)).execute();
}

await forEachEngine(({ open }) => {
  test('nothing there', async () => {
    const none = { alerts: 0, confirmed: 0, escalated: 0, muted: 0, open: 0 };
    const { answers, ...others } = await readStats(await open(), request);
    expect(others).toEqual({ total: none, days: [], causes: [], titles: [], people: [] });
    expect(answers).toMatchObject({ count: 0, medianMs: null, p90Ms: null });
    expect(answers.within.map(({ count }) => count)).toEqual(Array(10).fill(0));
  });

  test('by day, cause, title and login', async () => {
    const database = await open();
    const of = (seed: string, day: number, ldap: string, title: string, verdict?: string, cause?: string) =>
      written(seed, {
        ldap,
        title,
        task: { seenAt: START + day * DAY, ...(verdict && { verdict }), ...(cause && { cause }) },
      });
    await write(database, [
      of('1', 0, 'ann', 'sudo', 'confirmed'),
      of('2', 0, ' Ann', 'SUDO', 'escalated', 'denied'),
      of('3', 2, 'bob', 'sudo', 'escalated', 'denied'),
      of('4', 2.9999, 'ann', 'new browser', 'escalated', 'fraud'),
      of('5', 2, 'cleo', 'sudo'),
      of('6', 2, 'ann', 'sudo', 'muted'),
      of('before', -0.0001, 'ann', 'sudo', 'confirmed'),
      of('after', 3, 'ann', 'sudo', 'confirmed'),
      written('unseen'),
    ]);
    const { total, days, causes, titles, people } = await readStats(database, request);
    expect(total).toEqual({ alerts: 6, confirmed: 1, escalated: 3, muted: 1, open: 1 });
    expect(days).toEqual([
      { day: START, alerts: 2, confirmed: 1, escalated: 1, muted: 0, open: 0 },
      { day: START + 2 * DAY, alerts: 4, confirmed: 0, escalated: 2, muted: 1, open: 1 },
    ]);
    expect(causes).toEqual([
      { cause: 'denied', alerts: 2 },
      { cause: 'fraud', alerts: 1 },
    ]);
    expect(titles).toEqual([
      { title: 'sudo', alerts: 5, confirmed: 1, escalated: 2, muted: 1, open: 1 },
      { title: 'new browser', alerts: 1, confirmed: 0, escalated: 1, muted: 0, open: 0 },
    ]);
    expect(people.map(({ username, alerts }) => [username, alerts])).toEqual([
      ['ann', 4],
      ['bob', 1],
      ['cleo', 1],
    ]);
    expect((await readStats(database, { ...request, top: 1 })).people).toHaveLength(1);
  });

  test('how long answers took', async () => {
    const database = await open();
    const took = [
      10,
      20,
      MINUTE + 999,
      MINUTE + 1000,
      6 * MINUTE,
      7 * MINUTE,
      8 * MINUTE,
      9 * MINUTE,
      3 * DAY,
      4 * DAY,
    ];
    await write(
      database,
      took.map((_, n) => written(`${n}`, { task: { seenAt: START + n } })),
    );
    await write(database, [written('silent', { task: { seenAt: START } })]);
    for (const [n, ms] of took.entries()) await answer(database, `${n}`, START + n, ms);
    const { answers } = await readStats(database, request);
    expect(answers).toMatchObject({ count: 10, medianMs: 6 * MINUTE, p90Ms: 3 * DAY });
    expect(answers.within.map(({ ms, count }) => [ms && ms / MINUTE, count]).filter(([, count]) => count)).toEqual([
      [1, 3],
      [5, 1],
      [15, 4],
      [null, 2],
    ]);
  });

  test('a database that is closed is unavailable', async () => {
    const database = await open();
    await database.close();
    await expect(readStats(database, request)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

test('SQLite, which works in this process, counts in slices, so that others go on meanwhile', async () => {
  const database = await openDatabase('sqlite::memory:');
  onTestFinished(() => database.close());
  await migrate(database);
  // A first moment with more alerts than a slice has, then one a second.
  const numbers = sql`with recursive n(i) as (select 0 union all select i + 1 from n where i < 19999)`;
  await sql`${numbers} insert into alerts (hash, ldap, title) select cast(printf('%032d', i) as blob), 'ann', 'sudo ' || (i % 2) from n`.execute(
    database.db,
  );
  await sql`${numbers} insert into sb_tasks (hash, state, verdict, seen_at, asked_at, answered_at)
    select cast(printf('%032d', i) as blob), 'closed', 'confirmed', max(i - 8000, 0) * 1000, 0, (i % 4) * 1000 from n`.execute(
    database.db,
  );
  let others = 0;
  const isOver = new AbortController();
  const beside = (async () => {
    for (; !isOver.signal.aborted; others += 1) await setImmediate();
  })();
  const stats = await readStats(database, { after: 0, before: 11_000_000 });
  isOver.abort();
  await beside;
  expect(others).toBeGreaterThanOrEqual(8);
  // i up to 8000 + 10,999
  expect(stats.total).toEqual({ alerts: 19_000, confirmed: 19_000, escalated: 0, muted: 0, open: 0 });
  expect(stats.days).toEqual([{ day: 0, ...stats.total }]);
  expect(stats.titles.map(({ title, alerts }) => [title, alerts])).toEqual([
    ['sudo 0', 9500],
    ['sudo 1', 9500],
  ]);
  expect(stats.answers).toMatchObject({ count: 19_000, medianMs: 1000, p90Ms: 3000 });
});
