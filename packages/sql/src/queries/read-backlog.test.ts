import { expect, test } from 'vitest';
import type { SqlDatabase } from '../database.js';
import { analyse } from '../fixtures/estate.js';
import { planOf } from '../fixtures/plans.js';
import { forEachEngine } from '../testing.js';
import { hashOf } from './fixtures/rows.js';
import { countOpenTasks, readOverdueMs, selectLongestDue, selectOpenTasks } from './read-backlog.js';

const NOW = Date.UTC(2026, 2, 2, 10);

async function writeTasks({ db }: SqlDatabase, name: string, count: number, columns: object): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const rows = Array.from({ length: Math.min(500, count - from) }, (_, n) => ({
      hash: hashOf(`${name} ${from + n}`),
      ...columns,
    }));
    await db.insertInto('sb_tasks').values(rows).execute();
  }
}

async function writeConversations({ db }: SqlDatabase, dues: readonly (number | null)[]): Promise<void> {
  for (let from = 0; from < dues.length; from += 500) {
    const rows = dues.slice(from, from + 500).map((due, n) => ({ person: `U${from + n}`, due_at: due }));
    await db
      .insertInto('sb_conversations')
      .values(rows.map((row) => ({ ...row, version: 1, data: '{}' })))
      .execute();
  }
}

const SCANS = /SCAN sb_(?!\w+ USING COVERING)|Seq Scan|"type":"(?:ALL|index)"/;

await forEachEngine(({ open }) => {
  test('nothing is open, and nothing due', async () => {
    const database = await open();
    const none = { unassigned: 0, waiting: 0, asking: 0, confirming: 0, proving: 0 };
    expect(await countOpenTasks(database)).toEqual(none);
    expect(await readOverdueMs(database)).toBe(0);
  });

  test('open tasks by state', async () => {
    const database = await open();
    await writeTasks(database, 'new', 2, { seen_at: 1 });
    await writeTasks(database, 'asked', 3, { person: 'U1', state: 'asking' });
    await writeTasks(database, 'pushed', 1, { person: 'U1', state: 'proving' });
    await writeTasks(database, 'edited by hand', 1, { person: 'U1', state: '__proto__' });
    await writeTasks(database, 'done', 4, { person: 'U1', state: 'closed', closed_at: 5 });
    const counts = { unassigned: 2, waiting: 0, asking: 3, confirming: 0, proving: 1 };
    expect(await countOpenTasks(database)).toEqual(counts);
  });

  test('for how long the longest due waits for somebody', async () => {
    const database = await open({ now: () => NOW });
    await writeConversations(database, [NOW + 5, null]);
    expect(await readOverdueMs(database)).toBe(0);
    await database.db.deleteFrom('sb_conversations').execute();
    await writeConversations(database, [NOW - 7, null, NOW - 9, NOW + 5]);
    expect(await readOverdueMs(database)).toBe(9);
  });

  test('both are found by index, however much is closed', async () => {
    const database = await open();
    await writeTasks(database, 'done', 4000, { person: 'U1', state: 'closed', closed_at: 5, data: 'x'.repeat(500) });
    await writeTasks(database, 'asked', 10, { person: 'U1', state: 'asking', data: 'x'.repeat(500) });
    await writeConversations(
      database,
      Array.from({ length: 2000 }, (_, n) => n),
    );
    await analyse(database);
    const tasks = await planOf(database, selectOpenTasks(database).compile());
    expect(tasks).toContain('sb_tasks_closed_at');
    expect(tasks).not.toMatch(SCANS);
    // MySQL and MariaDB look it up while they plan.
    const due = await planOf(database, selectLongestDue(database).compile());
    expect(due).toMatch(/sb_conversations_due_at|Select tables optimized away/);
    expect(due).not.toMatch(SCANS);
    expect((await countOpenTasks(database)).asking).toBe(10);
  });

  test('a database that is closed is unavailable', async () => {
    const database = await open();
    await database.close();
    await expect(countOpenTasks(database)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(readOverdueMs(database)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
