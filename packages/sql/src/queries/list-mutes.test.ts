import { expect, test } from 'vitest';
import { forEachEngine } from '../testing.js';
import { toSqlTime } from '../values.js';
import { listMutes } from './list-mutes.js';

const NOW = Date.UTC(2026, 2, 2, 10);
const row = (ldap: string, title: string, until: number | null, reason: string | null = null) => ({
  ldap,
  title,
  reason,
  until: until === null ? null : toSqlTime(until),
});

await forEachEngine(({ open }) => {
  test('those in force, or all of them, by login and title', async () => {
    const database = await open();
    const rows = [
      row('bob', 'sudo', NOW + 1000, 'deploying'),
      row('Ann', 'su', NOW + 60_000),
      row('bob', 'ended', NOW),
      row('bob', 'long ago', NOW - 86_400_000),
      row('bob', 'no end', null),
    ];
    await database.db.insertInto('ignored').values(rows).execute();
    expect(await listMutes(database, { inForceAt: new Date(NOW) })).toEqual([
      { username: 'Ann', title: 'su', reason: '', until: NOW + 60_000, since: null, maxSeverity: null },
      { username: 'bob', title: 'sudo', reason: 'deploying', until: NOW + 1000, since: null, maxSeverity: null },
    ]);
    const all = await listMutes(database);
    expect(all.map(({ title }) => title)).toEqual(['su', 'ended', 'long ago', 'no end', 'sudo']);
    expect(all[3]?.until).toBeNaN();
  });

  test('a bound tells the exact end, while the row is the one it was made for', async () => {
    const database = await open();
    const rows = [row(' Ann', 'SUDO', NOW + 1500), row('bob', 'sudo', NOW + 7000)];
    await database.db.insertInto('ignored').values(rows).execute();
    const bounds = { title: 'sudo', since: 5, max_severity: 'high', until: NOW + 1500 };
    await database.db
      .insertInto('sb_mutes')
      .values([
        { ...bounds, ldap: 'ann' },
        { ...bounds, ldap: 'bob' },
      ])
      .execute();
    const mutes = await listMutes(database, { inForceAt: new Date(NOW + 1400) });
    expect(mutes.map(({ username, until, since, maxSeverity }) => [username, until, since, maxSeverity])).toEqual([
      [' Ann', NOW + 1500, 5, 'high'],
      ['bob', NOW + 7000, null, null],
    ]);
    const later = await listMutes(database, { inForceAt: new Date(NOW + 1500) });
    expect(later.map(({ username }) => username)).toEqual(['bob']);
  });

  test('a database that is closed is unavailable', async () => {
    const database = await open();
    await database.close();
    await expect(listMutes(database)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
