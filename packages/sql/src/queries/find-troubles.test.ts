import { expect, test } from 'vitest';
import { forEachEngine } from '../testing.js';
import { countUnassigned, findFailing, findOverdue, findRejects } from './find-troubles.js';
import { hashOf, write, written } from './fixtures/rows.js';
import { serverVersion } from './server-version.js';

const NOW = Date.UTC(2026, 2, 2, 10);

await forEachEngine(({ name, open }) => {
  test('what cannot be asked about, latest first', async () => {
    const { db, ...database } = await open();
    await db
      .insertInto('sb_rejects')
      .values([
        { hash: Buffer.alloc(32, 0xab), reason: 'its ldap is empty', at: 1 },
        { hash: Buffer.alloc(32, 0xcd), reason: 'its event_time is none', at: 2 },
      ])
      .execute();
    const rejects = await findRejects({ db, ...database }, 9);
    expect(rejects.map(({ reason }) => reason)).toEqual(['its event_time is none', 'its ldap is empty']);
    expect(await findRejects({ db, ...database }, 1)).toEqual([
      { id: 'cd'.repeat(32), reason: 'its event_time is none', at: 2 },
    ]);
  });

  test('conversations that nobody looks after', async () => {
    const database = await open();
    const row = { version: 1, data: '{}' };
    await database.db
      .insertInto('sb_conversations')
      .values([
        { ...row, person: 'U1', due_at: NOW - 1 },
        { ...row, person: 'U2', due_at: NOW - 5000 },
        { ...row, person: 'U3', due_at: NOW },
        { ...row, person: 'U4', due_at: null },
        { ...row, person: 'U5', wake_at: NOW - 5000, due_at: NOW + 9, lease: 'x', lease_until: NOW + 9 },
      ])
      .execute();
    expect(await findOverdue(database, new Date(NOW), 9)).toEqual([
      { person: 'U2', dueAt: NOW - 5000 },
      { person: 'U1', dueAt: NOW - 1 },
    ]);
    expect(await findOverdue(database, new Date(NOW), 1)).toHaveLength(1);
  });

  test('alerts that belong to nobody', async () => {
    const database = await open();
    await write(database, [
      written('never seen'),
      written('seen', { task: { seenAt: NOW - 1 } }),
      written('just seen', { task: { seenAt: NOW } }),
      written('somebody’s', { task: { seenAt: NOW - 1, person: 'U1' } }),
      written('in progress', { status: 1 }),
      written('half', { response: null }),
      written('rejected'),
    ]);
    await database.db
      .insertInto('sb_rejects')
      .values({ hash: hashOf('rejected'), reason: '', at: 1 })
      .execute();
    expect(await countUnassigned(database, new Date(NOW))).toBe(2);
  });

  test('what fails again and again, and what cannot be read', async () => {
    const database = await open();
    const effect = (tries: number) => ({ key: 'k', type: 'report', notBefore: 0, tries, failingSince: 7 });
    const data = (...outbox: unknown[]) => JSON.stringify({ outbox });
    const many = Array.from({ length: 250 }, (_, n) => ({ person: `A${n}`, version: 1, due_at: 1, data: data() }));
    await database.db
      .insertInto('sb_conversations')
      .values([
        ...many,
        { person: 'Z1', version: 1, due_at: 1, data: data(effect(5), null, effect(6), { type: 'send', tries: 7 }) },
        { person: 'Z2', version: 1, due_at: null, data: data(effect(9)) },
        { person: 'Z3', version: 1, due_at: 1, data: '{"outbox":' },
        { person: 'Z4', version: 1, due_at: 1, data: 'null' },
        { person: 'Z5', version: 1, due_at: 1, data: '{"outbox":5}' },
      ])
      .execute();
    expect(await findFailing(database, 5, 9)).toEqual({
      effects: [
        { person: 'Z1', type: 'report', tries: 6, failingSince: 7 },
        { person: 'Z1', type: 'send', tries: 7 },
      ],
      unreadable: ['Z3', 'Z4', 'Z5'],
    });
    const some = await findFailing(database, 5, 1);
    expect([some.effects.length, some.unreadable.length]).toEqual([1, 1]);
  });

  test('the server tells its version', async () => {
    const expected = { SQLite: /^3\.\d+/, MySQL: /^\d+\.\d+.*/, PostgreSQL: /^\d+/ };
    expect(await serverVersion(await open())).toMatch(expected[name]);
  });

  test('a database that is closed is unavailable', async () => {
    const database = await open();
    await database.close();
    await expect(findRejects(database, 1)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(serverVersion(database)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
