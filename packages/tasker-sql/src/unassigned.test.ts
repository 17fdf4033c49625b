import { emptyConversation } from '@securitybot/core';
import { type DatabaseOptions, hexToHash, type SqlDatabase } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { alertOf, idOf, taskOf } from './fixtures/samples.js';
import type { SqlTaskerReject } from './options.js';
import { createSqlTasker } from './tasker.js';

const START = Date.UTC(2026, 10, 24, 10);
const MINUTE = 60_000;

const INSERTS = {
  alerts: (hash: unknown, ldap: unknown = 'ann', time: unknown = '2026-11-24 09:30:00') =>
    sql`insert into alerts (hash, ldap, title, description, reason, url, event_time)
      values (${hash}, ${ldap}, 'sudo', 'ran sudo', 'because', 'https://x', ${time})`,
  user_responses: (hash: unknown) => sql`insert into user_responses values (${hash}, '', ${false}, ${false})`,
  alert_status: (hash: unknown) => sql`insert into alert_status values (${hash}, 0)`,
};

/** As a detector does it that knows nothing of us: three statements, three commits. */
async function insertForeign({ db }: SqlDatabase, hash: unknown, ldap?: unknown, time?: unknown): Promise<void> {
  await INSERTS.alerts(hash, ldap, time).execute(db);
  await INSERTS.user_responses(hash).execute(db);
  await INSERTS.alert_status(hash).execute(db);
}

await forEachEngine(({ name, open }) => {
  const start = async (options?: DatabaseOptions) => {
    const database = await open(options);
    const rejects: SqlTaskerReject[] = [];
    return { database, rejects, tasker: createSqlTasker(database, { onReject: (reject) => rejects.push(reject) }) };
  };

  test('an alert that somebody else INSERTs appears with the third of its three rows', async () => {
    const { database, tasker } = await start({ now: () => START });
    const hash = hexToHash(idOf('a'));
    const seen: number[] = [];
    for (const table of ['alerts', 'user_responses', 'alert_status'] as const) {
      await INSERTS[table](hash, ' Ann\t').execute(database.db);
      seen.push((await tasker.unassigned(10)).alerts.length);
    }

    expect(seen).toEqual([0, 0, 1]);
    expect(await tasker.unassigned(10)).toEqual({
      now: new Date(START),
      crowd: 1,
      alerts: [
        {
          id: idOf('a'),
          username: 'ann',
          title: 'sudo',
          description: 'ran sudo',
          reason: 'because',
          url: 'https://x',
          eventTime: Date.UTC(2026, 10, 24, 9, 30),
          seenAt: START,
        },
      ],
    });
  });

  test('oldest first: first seen, then by the event’s time, then by hash', async () => {
    let now = START;
    const { tasker } = await start({ now: () => now });
    await tasker.add(alertOf('seen first', { eventTime: START - MINUTE }));
    await tasker.unassigned(10);
    now += MINUTE;
    const [low, high] = [idOf('x'), idOf('y')].sort();
    await tasker.add(alertOf('y', { id: String(high), eventTime: START - 3 * MINUTE }));
    await tasker.add(alertOf('x', { id: String(low), eventTime: START - 3 * MINUTE }));
    await tasker.add(alertOf('later', { eventTime: START - 2 * MINUTE }));
    const order = [idOf('seen first'), low, high, idOf('later')];

    const first = await tasker.unassigned(2);
    expect(first.alerts.map(({ id }) => id)).toEqual(order.slice(0, 2));
    expect(first.alerts.map(({ seenAt }) => seenAt)).toEqual([START, START + MINUTE]);
    now += MINUTE;
    const second = await tasker.unassigned(10);
    expect(second.alerts.map(({ id }) => id)).toEqual(order);
    expect(second.alerts.map(({ seenAt }) => seenAt)).toEqual([
      START,
      START + MINUTE,
      START + 2 * MINUTE,
      START + 2 * MINUTE,
    ]);
  });

  test('of many replicas that look at once, the first one’s stamp is everybody’s', async () => {
    let now = START;
    const { tasker } = await start({ now: () => now++ });
    for (let n = 0; n < 20; n++) await tasker.add(alertOf(`a${n}`));

    const looks = await Promise.all(Array.from({ length: 12 }, () => tasker.unassigned(100)));

    const stamps = looks.map(({ alerts }) => Object.fromEntries(alerts.map(({ id, seenAt }) => [id, seenAt])));
    for (const stamp of stamps) expect(stamp).toEqual(stamps[0]);
    expect(Object.keys(stamps[0] ?? {})).toHaveLength(20);
  });

  test('the crowd is the logins whose alerts were first seen within the last minute', async () => {
    let now = START;
    const { tasker } = await start({ now: () => now });
    for (const username of ['ann', 'bob', 'ann']) await tasker.add(alertOf(`${username} ${now++}`, { username }));
    now = START;
    expect((await tasker.unassigned(10)).crowd).toBe(2);
    now += MINUTE - 1;
    await tasker.add(alertOf('c', { username: 'carl' }));
    expect((await tasker.unassigned(10)).crowd).toBe(3);
    now += 1;
    expect((await tasker.unassigned(10)).crowd).toBe(1);
  });

  test('what is assigned is gone, also from the list of somebody who sets its status back to 0', async () => {
    const { database, tasker } = await start();
    await tasker.add(alertOf('a'));
    await tasker.add(alertOf('b'));
    expect((await tasker.unassigned(10)).alerts).toHaveLength(2);
    await tasker.save({ ...emptyConversation('U1'), tasks: [taskOf('a')] });
    expect((await tasker.unassigned(10)).alerts.map(({ id }) => id)).toEqual([idOf('b')]);

    await database.db.updateTable('alert_status').set({ status: 0 }).execute();

    expect((await tasker.unassigned(10)).alerts.map(({ id }) => id)).toEqual([idOf('b')]);
  });

  test.for([1, 2, 3, 200])('an alert of status %d is left alone', async (status) => {
    const { database, tasker } = await start();
    await insertForeign(database, hexToHash(idOf('a')));
    await database.db.updateTable('alert_status').set({ status }).execute();

    expect((await tasker.unassigned(10)).alerts).toEqual([]);
  });

  test('an alert that nobody can be asked about is one visible failure, and does not hold up the others', async () => {
    const { database, tasker, rejects } = await start();
    await insertForeign(database, hexToHash(idOf('empty')), ' \t\n');
    await insertForeign(database, hexToHash(idOf('good')), 'bob', '2020-01-01 00:00:00');
    const expected: SqlTaskerReject[] = [{ alert: idOf('empty'), reason: 'its ldap is empty' }];
    if (name === 'SQLite') {
      await insertForeign(database, Buffer.from('abc'));
      await insertForeign(database, 'abc');
      await insertForeign(database, 5);
      await insertForeign(database, hexToHash(idOf('time')), 'ann', 'yesterday');
      expected.push(
        { alert: '616263', reason: 'its hash has 3 bytes and not 32' },
        { alert: 'abc', reason: 'its hash is not binary' },
        { alert: '5', reason: 'its hash is not binary' },
        { alert: idOf('time'), reason: 'its event_time is not YYYY-MM-DD HH:MM:SS' },
      );
    }
    if (name === 'PostgreSQL') {
      await insertForeign(database, Buffer.from('abc'));
      expected.push({ alert: '616263', reason: 'its hash has 3 bytes and not 32' });
    }

    for (let look = 0; look < 3; look++) {
      expect((await tasker.unassigned(10)).alerts.map(({ username }) => username)).toEqual(['bob']);
    }

    expect(rejects).toHaveLength(expected.length);
    expect(rejects).toEqual(expect.arrayContaining(expected));
    const kept = await database.db.selectFrom('sb_rejects').select('reason').execute();
    expect(kept.map(({ reason }) => reason).sort()).toEqual(expected.map(({ reason }) => reason).sort());
  });

  test('a storm of bad alerts does not hide a good one, and is told once, also to a listener that throws', async () => {
    const { database } = await start();
    for (let n = 0; n < 25; n++) await insertForeign(database, hexToHash(idOf(`bad ${n}`)), '', '2019-01-01 00:00:00');
    await insertForeign(database, hexToHash(idOf('good')), 'bob');
    let told = 0;
    const onReject = () => {
      told += 1;
      throw new Error('a broken listener');
    };
    const taskers = [createSqlTasker(database, { onReject }), createSqlTasker(database, { onReject })];

    for (const tasker of taskers) {
      expect((await tasker.unassigned(5)).alerts.map(({ username }) => username)).toEqual(['bob']);
    }

    expect(told).toBe(25);
  });

  test('whatever a writer may leave out, it may leave out', async () => {
    const { database, tasker } = await start({ now: () => START });
    const hash = hexToHash(idOf('a'));
    await sql`insert into alerts (hash, ldap, title) values (${hash}, 'ann', 'sudo')`.execute(database.db);
    await sql`insert into user_responses (hash) values (${hash})`.execute(database.db);
    await INSERTS.alert_status(hash).execute(database.db);

    expect((await tasker.unassigned(10)).alerts).toEqual([
      {
        id: idOf('a'),
        username: 'ann',
        title: 'sudo',
        description: '',
        reason: '',
        url: '',
        eventTime: START,
        seenAt: START,
      },
    ]);
  });

  test('a severity that is none is none', async () => {
    const { database, tasker } = await start();
    await tasker.add(alertOf('a', { severity: 'high' }));
    expect((await tasker.unassigned(10)).alerts[0]).toHaveProperty('severity', 'high');
    await database.db.updateTable('sb_tasks').set({ severity: 'toString' }).execute();

    expect((await tasker.unassigned(10)).alerts[0]).not.toHaveProperty('severity');
  });

  test('the database’s clock is the clock', async () => {
    const { database, tasker } = await start();
    await tasker.add(alertOf('a'));
    const before = await database.now();

    const { now, alerts } = await tasker.unassigned(10);

    const after = await database.now();
    const [seenAt = 0] = alerts.map((alert) => alert.seenAt);
    expect(seenAt).toBeGreaterThanOrEqual(before.getTime());
    expect(now.getTime()).toBeGreaterThanOrEqual(seenAt);
    expect(after.getTime()).toBeGreaterThanOrEqual(now.getTime());
  });
});
