import type { BlacklistEntry } from '@securitybot/core';
import { toSqlTime } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createSqlBlacklist } from './blacklist.js';

const NOW = Date.UTC(2026, 10, 24, 10);
const HOUR = 3_600_000;
const now = new Date(NOW);
const mute = (more: Partial<BlacklistEntry> = {}): BlacklistEntry => ({
  username: 'ann',
  title: 'sudo',
  reason: 'proven',
  until: NOW + 21 * HOUR + 7,
  since: NOW - 5,
  maxSeverity: 'medium',
  ...more,
});

await forEachEngine(({ name, open }) => {
  async function start() {
    const database = await open();
    const blacklist = createSqlBlacklist(database);
    const find = (username = 'ann', title = 'sudo', at = now) => blacklist.find({ username, title, now: at });
    return { database, db: database.db, blacklist, find };
  }

  test('nothing stands against asking somebody nobody has written about', async () => {
    const { find } = await start();
    expect(await find()).toBeUndefined();
  });

  test('a mute is found as it was put, until it ends', async () => {
    const { blacklist, find } = await start();
    await blacklist.put(mute());
    expect(await find()).toEqual(mute());
    expect(await find('ann', 'su')).toBeUndefined();
    expect(await find('bob', 'sudo')).toBeUndefined();
    expect(await find('ann', 'sudo', new Date(NOW + 21 * HOUR + 6))).toEqual(mute());
    expect(await find('ann', 'sudo', new Date(NOW + 21 * HOUR + 7))).toBeUndefined();
  });

  test('what is put, or looked up, at the same time goes together, and each gets its own', async () => {
    const { database, db } = await start();
    let transactions = 0;
    const blacklist = createSqlBlacklist({
      ...database,
      write: (work) => {
        transactions += 1;
        return database.write(work);
      },
    });
    const names = ['ann', 'bob', 'eve', 'dan'];
    await db.insertInto('blacklist').values({ ldap: ' Eve' }).execute();
    await blacklist.put(mute({ username: 'dan', until: NOW + 30 * HOUR }));
    transactions = 0;

    const results = await Promise.allSettled([
      ...names.map((username) => blacklist.put(mute({ username }))),
      blacklist.put(mute({ username: 'ann', title: 'su', reason: 'another' })),
    ]);

    expect(results.map(({ status }) => status)).toEqual(names.concat('').map(() => 'fulfilled'));
    expect(transactions).toBe(1);
    const found = await Promise.all([
      ...names.map((username) => blacklist.find({ username, title: 'sudo', now })),
      blacklist.find({ username: 'Ann', title: 'SU', now }),
      blacklist.find({ username: 'ann', title: 'login', now }),
    ]);
    expect(found).toEqual([
      mute(),
      mute({ username: 'bob' }),
      { username: 'eve', reason: '' },
      mute({ username: 'dan', until: NOW + 30 * HOUR }),
      mute({ title: 'su', reason: 'another' }),
      undefined,
    ]);
  });

  test('of mutes put at the same time, those that the database takes for one stand in each other’s way only', async () => {
    const { blacklist, find } = await start();
    await Promise.all(['café', 'cafe', 'tea'].map((title) => blacklist.put(mute({ title }))));
    expect(await find('ann', 'tea')).toBeDefined();
    const found = await Promise.all([find('ann', 'café'), find('ann', 'cafe')]);
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(1);
  });

  test('a mute without bounds has none', async () => {
    const { blacklist, find } = await start();
    const entry = { username: 'ann', title: 'sudo', reason: '', until: NOW + HOUR };
    await blacklist.put(entry);
    expect(await find()).toEqual(entry);
  });

  test('a mute without an end is refused, and covers nothing when somebody else wrote it', async () => {
    const { blacklist, find, db } = await start();
    const endless = { username: 'ann', title: 'sudo', reason: '' };
    for (const entry of [endless, mute({ until: Number.NaN }), mute({ until: Number.NEGATIVE_INFINITY })]) {
      await expect(blacklist.put(entry)).rejects.toMatchObject({
        code: 'REJECTED',
        message: expect.stringContaining('end'),
      });
    }
    expect(await find()).toBeUndefined();
    await db.insertInto('ignored').values({ ldap: 'ann', title: 'sudo', until: null }).execute();
    expect(await find()).toBeUndefined();
    await blacklist.put(mute());
    expect(await find()).toEqual(mute());
  });

  test('an opt-out goes before a mute, and knows why', async () => {
    const { blacklist, find, db } = await start();
    await blacklist.put(mute());
    await blacklist.put({ username: ' Ann', reason: 'asked to' });
    await blacklist.put({ username: 'ann', reason: 'asked again' });
    expect(await find('ANN ', 'anything')).toEqual({ username: 'ann', reason: 'asked to' });
    expect(await db.selectFrom('blacklist').selectAll().execute()).toEqual([{ ldap: 'ann' }]);

    expect(await blacklist.remove({ username: 'Ann' })).toBe(true);
    expect(await find()).toEqual(mute());
    expect(await blacklist.remove({ username: 'ann' })).toBe(false);
  });

  test('of two mutes the later end wins, as a whole', async () => {
    const { blacklist, find } = await start();
    const later = mute({ until: NOW + 30 * HOUR, maxSeverity: 'low', reason: 'later' });
    await blacklist.put(mute());
    await blacklist.put(later);
    await blacklist.put(mute());
    await blacklist.put(mute({ until: NOW + 30 * HOUR, maxSeverity: 'critical' }));
    expect(await find()).toEqual(later);
  });

  test('at once, from several processes, too', async () => {
    const { find } = await start();
    const replicas = await Promise.all([1, 2, 3, 4].map(async () => createSqlBlacklist(await open())));
    const hours = [1, 2, 3, 4, 5, 6];
    await Promise.all(
      hours.flatMap((hour) => replicas.map((replica) => replica.put(mute({ until: NOW + hour * HOUR })))),
    );
    expect(await find()).toEqual(mute({ until: NOW + 6 * HOUR }));
  });

  test('rows that somebody else wrote count, however they are spelt', async () => {
    const { db, find, blacklist } = await start();
    const until = toSqlTime(NOW + HOUR);
    await sql`insert into blacklist values (' Carol.C ')`.execute(db);
    await sql`insert into ignored values ('Ann', ' SUDO', 'holidays', ${until})`.execute(db);
    expect(await find('carol.c')).toEqual({ username: 'carol.c', reason: '' });
    expect(await find()).toEqual({ username: 'ann', title: 'sudo', reason: 'holidays', until: NOW + HOUR });

    await blacklist.put(mute({ until: NOW + 2 * HOUR }));
    expect(await find()).toEqual(mute({ until: NOW + 2 * HOUR }));
    expect(await db.selectFrom('ignored').select(['ldap', 'title']).execute()).toEqual([
      { ldap: 'Ann', title: ' SUDO' },
    ]);
    expect(await blacklist.remove({ username: 'carol.c' })).toBe(true);
    expect(await blacklist.remove({ username: 'ANN', title: 'Sudo ' })).toBe(true);
    expect(await find()).toBeUndefined();
  });

  test('bounds do not outlive the mute they were written with', async () => {
    const { db, find, blacklist } = await start();
    await blacklist.put(mute());
    await db
      .updateTable('ignored')
      .set({ until: toSqlTime(NOW + 48 * HOUR), reason: 'by hand' })
      .execute();
    expect(await find()).toEqual({ username: 'ann', title: 'sudo', reason: 'by hand', until: NOW + 48 * HOUR });

    expect(await blacklist.remove({ username: 'ann', title: 'sudo' })).toBe(true);
    await sql`insert into ignored values ('ann', 'sudo', 'by hand', ${toSqlTime(NOW + 21 * HOUR)})`.execute(db);
    expect(await find()).toEqual({ username: 'ann', title: 'sudo', reason: 'by hand', until: NOW + 21 * HOUR });
  });

  test('bounds that nobody can have written cover the least', async () => {
    const { db, find, blacklist } = await start();
    await blacklist.put(mute());
    await db.updateTable('sb_mutes').set({ max_severity: 'everything' }).execute();
    expect(await find()).toMatchObject({ maxSeverity: 'low' });
  });

  test('other readers see the end to the second', async () => {
    const { db, blacklist } = await start();
    await blacklist.put(mute());
    expect(await db.selectFrom('ignored').selectAll().execute()).toEqual([
      { ldap: 'ann', title: 'sudo', reason: 'proven', until: toSqlTime(NOW + 21 * HOUR) },
    ]);
  });

  test('texts of any kind and length are taken', async () => {
    const { blacklist, find } = await start();
    const long = `\u0000'"\\%_ 🦊 ${'x'.repeat(400)}`;
    const entries = ['1', '2'].map((end) =>
      mute({ username: `ann${long}`, title: `İ${long}${end}`, reason: long, until: Number.POSITIVE_INFINITY }),
    );
    await blacklist.put(entries[0] as BlacklistEntry);
    const found = await find(`ANN${long}`, ` İ${long}1`);
    expect(found).toMatchObject({ since: NOW - 5, until: Date.UTC(9999, 11, 31, 23, 59, 59) });
    expect(found?.reason).toMatch(/^\ufffd'"\\%_ 🦊 x+…$/u);
    // Cut or not: another title is another title.
    expect(await find(`ann${long}`, `İ${long}2`)).toBeUndefined();

    await blacklist.put({ username: long, reason: long });
    expect(await find(long)).toMatchObject({ reason: expect.stringMatching(/…$/) });
    expect(await find(`${long}x`)).toBeUndefined();
    expect(await blacklist.remove({ username: long })).toBe(true);
  });

  test('logins and titles that a collation takes for the same are not the same', async () => {
    const { blacklist, find } = await start();
    await blacklist.put(mute({ title: 'resume' }));
    await blacklist.put({ username: 'jose', reason: 'asked to' });
    expect(await find('ann', 'résumé')).toBeUndefined();
    expect(await find('josé', 'x')).toBeUndefined();

    await blacklist.put(mute({ title: 'résumé' }));
    expect(await find('ann', 'résumé')).toEqual(mute({ title: 'résumé' }));
    const optOut = blacklist.put({ username: 'josé', reason: 'asked to' });
    if (name === 'MySQL') {
      await expect(optOut).rejects.toMatchObject({ code: 'REJECTED', message: expect.stringContaining('josé') });
      expect(await find('ann', 'resume')).toBeUndefined(); // gave way
    } else {
      await optOut;
      expect(await find('josé', 'x')).toBeDefined();
      expect(await find('ann', 'resume')).toEqual(mute({ title: 'resume' }));
    }
  });

  test('a database that is closed is unavailable', async () => {
    const { database, blacklist, find } = await start();
    await database.close();
    const unavailable = { code: 'UNAVAILABLE', message: expect.stringMatching(/^blacklist-sql: /) };
    await expect(find()).rejects.toMatchObject(unavailable);
    await expect(blacklist.put(mute())).rejects.toMatchObject(unavailable);
    await expect(blacklist.remove({ username: 'ann' })).rejects.toMatchObject(unavailable);
  });
});
