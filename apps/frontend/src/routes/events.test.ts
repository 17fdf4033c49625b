import type { SqlDatabase } from '@securitybot/sql';
import { forEachEngine } from '@securitybot/sql/testing';
import { createSqlTasker } from '@securitybot/tasker-sql';
import { expect, test } from 'vitest';
import { createToken, revokeToken } from '../access/tokens.js';
import { Alert } from '../contract/alerts.js';
import { type Follower, follow } from '../fixtures/events.js';
import { serve } from '../fixtures/serve.js';

const idOf = (n: number) => n.toString(16).padStart(64, '0');

async function raise(database: SqlDatabase, n: number): Promise<void> {
  const texts = { username: 'ann', title: 'sudo', description: '', reason: '', url: '' };
  await createSqlTasker(database).add({ id: idOf(n), ...texts, eventTime: Date.UTC(2026, 2, 2) });
}

/** The ids that the next events tell. */
async function heard(follower: Follower, count: number): Promise<string[]> {
  const ids: string[] = [];
  while (ids.length < count) {
    const event = await follower.next();
    if (!event) throw new Error('the stream has ended');
    expect(event.event).toBe('alert');
    ids.push(Alert.parse(JSON.parse(event.data)).id);
  }
  return ids;
}

await forEachEngine(({ open }) => {
  test('what happens is told to all who follow, once, and not what was there before', async () => {
    const database = await open();
    const { url } = await serve(database);
    const { secret } = await createToken(database, { role: 'viewer', name: 'x', by: 'y', lifeMs: 60_000 });
    const headers = { authorization: `Bearer ${secret}` };
    await raise(database, 1);
    const [first, second] = [await follow(url, headers), await follow(url, headers)];
    await raise(database, 2);
    await raise(database, 3);
    expect(await heard(first, 2)).toEqual([idOf(2), idOf(3)]);
    expect(await heard(second, 2)).toEqual([idOf(2), idOf(3)]);

    // It is seen, asked about, answered: each time told again.
    const tasker = createSqlTasker(database);
    const { alerts } = await tasker.unassigned(10);
    const { conversation } = await tasker.load('U1');
    const task = (seen: (typeof alerts)[number]) => ({
      alert: seen,
      severity: 'medium' as const,
      state: 'waiting' as const,
      deadline: 0,
      pushes: 0,
      history: [],
      addedIn: 1,
      changedIn: 1,
    });
    expect(await tasker.save({ ...conversation, tasks: alerts.slice(0, 1).map(task) })).toBe(true);
    const event = await first.next();
    expect(Alert.parse(JSON.parse(event?.data ?? ''))).toMatchObject({ id: alerts[0]?.id, state: 'waiting' });

    // Who was away goes on where they were.
    first.leave();
    await raise(database, 4);
    expect(await heard(second, 1)).toEqual([alerts[0]?.id]);
    expect(await heard(second, 1)).toEqual([idOf(4)]);
    const back = await follow(url, { ...headers, 'last-event-id': event?.id ?? '' });
    const missed: string[] = [];
    while (!missed.includes(idOf(4))) missed.push(...(await heard(back, 1)));
    // That very event is not told again.
    expect(missed).not.toContain(alerts[0]?.id);
    back.leave();
  });

  test('a Last-Event-ID that is none is as none', async () => {
    const database = await open();
    const { url } = await serve(database);
    const { secret } = await createToken(database, { role: 'viewer', name: 'x', by: 'y', lifeMs: 60_000 });
    await raise(database, 1);
    const ids = ['0', '1-', `-${idOf(1)}`, `1-${idOf(1)}-`, `9${'9'.repeat(20)}-ab`, 'null'];
    const followers = await Promise.all(
      ids.map((id) => follow(url, { authorization: `Bearer ${secret}`, 'last-event-id': id })),
    );
    await raise(database, 2);
    for (const follower of followers) expect(await heard(follower, 1)).toEqual([idOf(2)]);
  });

  test('a mass is told in one', async () => {
    const database = await open();
    const { url } = await serve(database);
    const { secret } = await createToken(database, { role: 'viewer', name: 'x', by: 'y', lifeMs: 60_000 });
    const follower = await follow(url, { authorization: `Bearer ${secret}` });
    const rows = Array.from({ length: 300 }, (_, n) => ({
      hash: Buffer.from(idOf(n), 'hex'),
      changed_at: database.nowMs(),
    }));
    await database.db.insertInto('sb_tasks').values(rows).execute();
    expect(await follower.next()).toEqual({ event: 'many', data: '{}' });
    await raise(database, 1000);
    expect(await heard(follower, 1)).toEqual([idOf(1000)]);
  });

  test('whose token was revoked hears nothing more, however much happens', async () => {
    const database = await open();
    const { url } = await serve(database);
    const made = await createToken(database, { role: 'viewer', name: 'x', by: 'y', lifeMs: 60_000 });
    const follower = await follow(url, { authorization: `Bearer ${made.secret}` });
    await raise(database, 1);
    expect(await heard(follower, 1)).toEqual([idOf(1)]);
    await revokeToken(database, made.token.id);
    let n = 2;
    let isOver = false;
    const raising = (async () => {
      while (!isOver) await raise(database, n++);
    })();
    while ((await follower.next()) !== undefined);
    isOver = true;
    await raising;
  });
});
