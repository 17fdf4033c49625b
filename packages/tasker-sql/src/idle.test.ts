import { emptyConversation } from '@securitybot/core';
import { forEachEngine } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { fillEstate } from '../../sql/src/fixtures/estate.js';
import { planOf, watched } from '../../sql/src/fixtures/plans.js';
import { alertOf, taskOf, waking } from './fixtures/samples.js';
import { createSqlTasker } from './tasker.js';

/** So much done that reading it all would not be chosen. */
const ESTATE = { closed: 3000, open: 0 };

await forEachEngine(({ open }) => {
  test('looking for what is due, and for what is new, costs one statement by index each where there is nothing', async () => {
    const real = await open();
    await fillEstate(real, ESTATE);
    const { database, statements, writes } = watched(real);
    const tasker = createSqlTasker(database);

    expect((await tasker.claim({ leaseMs: 1000, limit: 100 })).claimed).toEqual([]);
    expect((await tasker.unassigned(100)).alerts).toEqual([]);

    expect(writes()).toBe(0);
    const plans = await Promise.all(statements.map((statement) => planOf(real, statement)));
    expect(plans).toHaveLength(2);
    // MySQL and MariaDB read the smallest of an index while planning.
    expect(plans[0]).toMatch(/sb_conversations_due_at|optimized away/);
    expect(plans[1]).toContain('sb_alert_status_status');
  });

  test('both looks at once, as a replica makes them that has nothing to do, cost one statement by index', async () => {
    const real = await open();
    await fillEstate(real, ESTATE);
    const { database, statements, writes } = watched(real);
    const tasker = createSqlTasker(database);

    const looks = await Promise.all([tasker.unassigned(100), tasker.claim({ leaseMs: 1000, limit: 100 })]);

    expect(looks).toMatchObject([{ alerts: [] }, { claimed: [] }]);
    expect(writes()).toBe(0);
    const [plan, ...others] = await Promise.all(statements.map((statement) => planOf(real, statement)));
    expect(others).toEqual([]);
    expect(plan).toMatch(/sb_conversations_due_at|optimized away/);
    expect(plan).toContain('sb_alert_status_status');
  });

  test('the crowd is counted by index', async () => {
    const real = await open();
    await fillEstate(real, ESTATE);
    const { database, statements } = watched(real);
    const tasker = createSqlTasker(database);
    await tasker.add(alertOf('a'));
    expect(await tasker.unassigned(100)).toMatchObject({ crowd: 1, alerts: [{ username: 'ann' }] });

    const count = statements.find(({ sql }) => /count\(\*\) as .crowd/.test(sql));
    if (!count) throw new Error('no crowd was counted');
    expect(await planOf(real, count)).toContain('sb_tasks_seen_at_login');
  });

  test('a claim reads what is due by the index it is ordered by', async () => {
    const real = await open();
    await fillEstate(real, ESTATE);
    const { database, statements } = watched(real);
    const tasker = createSqlTasker(database);
    await tasker.save({ ...emptyConversation('U1'), ...waking(1) });
    statements.length = 0;

    expect((await tasker.claim({ leaseMs: 1000, limit: 100 })).claimed).toHaveLength(1);

    const [, due] = statements;
    if (!due) throw new Error('no second statement');
    expect(due.sql).toMatch(/order by .due_at. limit/);
    expect(await planOf(real, due)).toContain('sb_conversations_due_at');
  });

  test('round trips are few: what each call sends, BEGIN and COMMIT aside', async () => {
    const { database, statements } = watched(await open());
    const tasker = createSqlTasker(database);
    const cost = async (call: () => Promise<unknown>) => {
      statements.length = 0;
      await call();
      return statements.length;
    };
    const names = Array.from({ length: 10 }, (_, n) => `a${n}`);
    for (const name of names) await tasker.add(alertOf(name));
    const tasks = names.map((name) => taskOf(name));

    expect(await cost(() => tasker.add(alertOf('b')))).toBe(5);
    expect(await cost(() => tasker.unassigned(100))).toBe(5);
    expect(await cost(() => tasker.unassigned(100))).toBe(2);
    expect(await cost(() => tasker.save({ ...emptyConversation('U1'), ...waking(1), tasks }))).toBe(7);
    expect(await cost(() => tasker.load('U1'))).toBe(2);
    expect(await cost(() => tasker.claim({ leaseMs: 1000, limit: 10 }))).toBe(4);
    const answered = tasks.map((task) => ({ ...task, changedIn: 2 }));
    expect(await cost(() => tasker.save({ ...emptyConversation('U1'), version: 1, tasks: answered }))).toBe(3);
  });
});
