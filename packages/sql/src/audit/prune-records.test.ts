import { expect, test } from 'vitest';
import { forEachEngine } from '../testing.js';
import { pruneRecords } from './prune-records.js';
import { type Change, recorded } from './recorded.js';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 24);

await forEachEngine(({ open }) => {
  test('the record goes after a year, but for the first sign-in; what has ended goes', async () => {
    let now = NOW;
    const database = await open({ now: () => now });
    const { db } = database;
    const record = async (days: number, what: Change, about: string) => {
      now = NOW - days * DAY_MS;
      await recorded(database, { name: 'ann', how: 'session' }, what, [about], async () => ['done']);
    };
    await record(500, 'sign-in', 'the first');
    await record(499, 'sign-in', 'old');
    for (let n = 0; n < 3; n += 1) await record(400, 'alert.raise', `old ${n}`);
    await record(200, 'alert.raise', 'kept');
    now = NOW;
    const hash = (n: number) => Buffer.alloc(32, n);
    const person = { role: 'admin', name: 'ann', started_at: 0 };
    await db
      .insertInto('sb_sessions')
      .values([
        { hash: hash(1), ...person, expires_at: NOW - 1 },
        { hash: hash(2), ...person, expires_at: NOW + 1 },
      ])
      .execute();
    const link = { login: 'ann', issued_by: 'root', issued_at: 0 };
    await db
      .insertInto('sb_enrolments')
      .values([
        { hash: hash(1), ...link, expires_at: NOW - 100 * DAY_MS, reported_at: 1 },
        { hash: hash(2), ...link, expires_at: NOW - 100 * DAY_MS }, // nobody was told of it yet
        { hash: hash(3), ...link, expires_at: NOW - DAY_MS, reported_at: 1 },
      ])
      .execute();

    expect(await pruneRecords(database, new Date(NOW - 90 * DAY_MS))).toBe(4);
    const left = await db.selectFrom('sb_audit').select('about').orderBy('id').execute();
    expect(left.map(({ about }) => about)).toEqual(['the first', 'kept']);
    expect(await db.selectFrom('sb_sessions').select('expires_at').execute()).toEqual([{ expires_at: NOW + 1 }]);
    expect(await db.selectFrom('sb_enrolments').select('hash').execute()).toHaveLength(2);
    expect(await pruneRecords(database, new Date(NOW - 450 * DAY_MS))).toBe(0);
    expect(await pruneRecords(database, new Date(NOW - 99_999 * DAY_MS))).toBe(0);
  });
});
