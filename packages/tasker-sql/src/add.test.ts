import type { Severity } from '@securitybot/core';
import { type DatabaseOptions, hexToHash, type SqlDatabase } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { alertOf, idOf } from './fixtures/samples.js';
import { createSqlTasker } from './tasker.js';

const rowsOf = async ({ db }: SqlDatabase) => ({
  alerts: await db.selectFrom('alerts').selectAll().execute(),
  responses: await db.selectFrom('user_responses').select(['comment', 'performed', 'authenticated']).execute(),
  statuses: await db.selectFrom('alert_status').select('status').execute(),
  tasks: await db.selectFrom('sb_tasks').select(['person', 'seen_at', 'severity']).execute(),
});

await forEachEngine(({ name, open }) => {
  const start = async (options?: DatabaseOptions) => {
    const database = await open(options);
    return { database, tasker: createSqlTasker(database) };
  };

  test('an alert becomes a row in each of the seed’s three tables', async () => {
    const { database, tasker } = await start();

    expect(await tasker.add(alertOf('a', { username: '  Ann ', severity: 'high' }))).toBe(true);

    expect(await rowsOf(database)).toEqual({
      alerts: [
        {
          hash: hexToHash(idOf('a')),
          ldap: 'ann',
          title: 'sudo',
          description: 'a description of a',
          reason: 'a reason of a',
          url: 'https://siem.example/a',
          event_time: '2026-11-24 09:30:00',
        },
      ].map((row) => ({ ...row, hash: name === 'SQLite' ? new Uint8Array(row.hash) : row.hash })),
      responses: [{ comment: '', performed: 0, authenticated: 0 }],
      statuses: [{ status: 0 }],
      tasks: [{ person: null, seen_at: null, severity: 'high' }],
    });
  });

  test('adding an alert twice is a no-op, whatever the second says', async () => {
    const { database, tasker } = await start();
    await tasker.add(alertOf('a'));
    const before = await rowsOf(database);

    expect(await tasker.add(alertOf('a', { username: 'bob', severity: 'critical' }))).toBe(false);

    expect(await rowsOf(database)).toEqual(before);
  });

  test('of many who add the same alert at once, one is told that it was new', async () => {
    const { tasker } = await start();

    const added = await Promise.all(Array.from({ length: 16 }, () => tasker.add(alertOf('a'))));

    expect(added.filter(Boolean)).toHaveLength(1);
  });

  // Each table alone, and each pair of tables, is a half.
  test.for([
    ['alerts'],
    ['user_responses'],
    ['alert_status'],
    ['alerts', 'user_responses'],
    ['alerts', 'alert_status'],
    ['user_responses', 'alert_status'],
  ] as const)('an alert written to %s only is invisible until it is resent', async (tables) => {
    const { database, tasker } = await start();
    await tasker.add(alertOf('a'));
    for (const table of ['alerts', 'user_responses', 'alert_status'] as const) {
      if (!(tables as readonly string[]).includes(table)) await database.db.deleteFrom(table).execute();
    }
    await database.db.deleteFrom('sb_tasks').execute();
    expect((await tasker.unassigned(10)).alerts).toEqual([]);

    expect(await tasker.add(alertOf('a', { severity: 'low' }))).toBe(true);

    expect((await tasker.unassigned(10)).alerts).toMatchObject([{ id: idOf('a'), severity: 'low' satisfies Severity }]);
    expect(await tasker.add(alertOf('a'))).toBe(false);
  });

  test('fields of any size and content are cut to their columns with a mark, and lose nothing else', async () => {
    const { tasker } = await start();
    const hostile = 'O’Neill\'"; drop table alerts; -- \\ 😀 \u202e<!channel> ';

    await tasker.add(alertOf('long', { title: '😀'.repeat(300), description: 'é'.repeat(300), url: 'x'.repeat(600) }));
    await tasker.add(alertOf('huge', { reason: '€'.repeat(100_000) }));
    await tasker.add(alertOf('odd', { title: hostile, reason: 'a\0b\ud800c', eventTime: 0 }));

    const { alerts } = await tasker.unassigned(10);
    const by = (which: string) => alerts.find(({ id }) => id === idOf(which));
    expect(by('long')).toMatchObject({
      title: expect.stringMatching(/^(?:😀){230,254}…[0-9a-f]{16}$/u),
      description: `${'é'.repeat(254)}…`,
      url: `${'x'.repeat(510)}…`,
    });
    const reason = by('huge')?.reason ?? '';
    if (name === 'MySQL') {
      expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(65_535);
      expect(reason).toMatch(/^€{20000,}…$/);
    } else {
      expect(reason).toBe('€'.repeat(100_000));
    }
    expect(by('odd')).toMatchObject({ title: hostile, reason: 'a\ufffdb\ufffdc', eventTime: 0 });
  });

  test('a login longer than any is cut, so that it is nobody’s and can be reported', async () => {
    const { tasker } = await start();

    await tasker.add(alertOf('a', { username: 'x'.repeat(1000) }));

    const [alert] = (await tasker.unassigned(10)).alerts;
    expect(alert?.username).toMatch(/^x{219}…$/);
    expect(await tasker.load(`login:${alert?.username}`)).toMatchObject({ conversation: { version: 0 } });
  });

  test.for([
    [alertOf('a', { id: 'abc' }), /64 lower-case hex digits.*"abc"/],
    [alertOf('a', { id: idOf('a').toUpperCase() }), /64 lower-case hex digits/],
    [alertOf('a', { id: `${idOf('a')}\n` }), /64 lower-case hex digits/],
    [alertOf('a', { username: ' \t' }), /empty username/],
    [alertOf('a', { eventTime: Number.NaN }), /eventTime NaN/],
  ] as const)('%o is rejected, and nothing is written', async ([alert, message]) => {
    const { database, tasker } = await start();

    await expect(tasker.add(alert)).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringMatching(message),
    });

    const { rows } = await sql`select hash from sb_tasks union all select hash from alerts`.execute(database.db);
    expect(rows).toEqual([]);
  });

  test('a database that cannot be reached is UNAVAILABLE', async () => {
    const { database, tasker } = await start();
    await tasker.load('U1');
    await database.close();

    for (const call of [tasker.add(alertOf('a')), tasker.unassigned(1), tasker.load('U1')]) {
      await expect(call).rejects.toMatchObject({ name: 'PluginError', code: 'UNAVAILABLE' });
    }
  });
});
