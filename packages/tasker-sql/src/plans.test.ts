import { emptyConversation, type Tasker } from '@securitybot/core';
import { forEachEngine } from '@securitybot/sql/testing';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { fillEstate } from '../../sql/src/fixtures/estate.js';
import { wholeReads } from '../../sql/src/fixtures/plans.js';
import { alertOf, changed, taskOf, waking } from './fixtures/samples.js';
import { countPrunable, pruneAlerts } from './prune.js';
import { createSqlTasker } from './tasker.js';

const LEASE = { leaseMs: 30_000, limit: 16 };

/** Everything that the engine asks of a Tasker, in the order of an alert's life. */
async function live(tasker: Tasker): Promise<void> {
  await tasker.add(alertOf('a'));
  const { alerts } = await tasker.unassigned(100);
  expect(alerts.length).toBeGreaterThan(10); // those of the estate, too
  const first = { ...emptyConversation('U1'), ...waking(1), tasks: [taskOf('a')] };
  expect(await tasker.save(first)).toBe(true);
  const { claimed } = await tasker.claim(LEASE);
  expect(claimed).toHaveLength(1);
  const { conversation } = await tasker.load('U1');
  const tasks = conversation.tasks.map((task) => changed(conversation, task, { state: 'closed' }));
  const lease = { id: claimed[0]?.lease ?? '', keepMs: 1000 };
  expect(await tasker.save({ ...conversation, tasks }, lease)).toBe(true);
  expect((await tasker.claim(LEASE)).claimed).toEqual([]);
}

/** Much has to be written first. */
const timeout = 120_000;

await forEachEngine(({ open }) => {
  test('nothing that the engine asks for reads a table whole, however much is closed', { timeout }, async () => {
    const database = await open();
    await fillEstate(database, { closed: 30_000, open: 10 });
    expect(await wholeReads(database, (seen) => live(createSqlTasker(seen)))).toEqual([]);
  });

  test('nor does the deleting of what is old', { timeout }, async () => {
    const database = await open({ poolSize: 1 });
    await fillEstate(database, { closed: 20_000, open: 20 });
    // To delete 500 rows, it rightly reads small tables whole: is there another way at all?
    if (database.engine === 'postgres') await sql`set enable_seqscan = off`.execute(database.db);
    // Of 20,000 minutes, the first twenty hours.
    const before = new Date('2026-01-01T20:00:00Z');
    const reads = await wholeReads(database, async (seen) => {
      expect(await countPrunable(seen, before)).toBe(1199);
      for await (const count of pruneAlerts(seen, before)) expect(count).toBeLessThanOrEqual(500);
    });
    expect(reads).toEqual([]);
  });
});
