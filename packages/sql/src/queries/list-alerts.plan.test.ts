import { expect, test } from 'vitest';
import type { SqlDatabase } from '../database.js';
import { analyse } from '../fixtures/estate.js';
import { planOf, watched } from '../fixtures/plans.js';
import { forEachEngine } from '../testing.js';
import { toSqlTime } from '../values.js';
import { write, written } from './fixtures/rows.js';
import { type AlertListOptions, listAlerts } from './list-alerts.js';

const ROWS = 4000;
const START = Date.UTC(2026, 2, 2);

/** So much done, and little open, that reading it all would not be chosen. */
async function fill(database: SqlDatabase): Promise<void> {
  const all = Array.from({ length: ROWS }, (_, n) =>
    written(`${n}`, {
      eventTime: toSqlTime(START + n * 1000),
      status: n % 1000 === 0 ? 0 : 2,
      task: { seenAt: START + n * 1000, verdict: 'confirmed' },
    }),
  );
  await write(database, all);
  await analyse(database);
}

/** The plans of a list's statements: those whose writer told the time, those whose did not, and what they hold. */
async function plansOf(database: SqlDatabase, options: AlertListOptions): Promise<readonly string[]> {
  const { database: seen, statements } = watched(database);
  await listAlerts(seen, options);
  return Promise.all(statements.map((statement) => planOf(database, statement)));
}

/** Reading a table from beginning to end, or all of an index in no useful order. */
const SCANS = /SCAN |Seq Scan|"type":"(?:ALL|index)"/;

await forEachEngine(({ open }) => {
  test('which alerts a list has, is found by index', async () => {
    const database = await open();
    await fill(database);
    const found = async (options: AlertListOptions) => {
      const [timed = '', untimed = '', ...others] = await plansOf(database, options);
      expect(timed).not.toMatch(SCANS);
      expect(untimed).toMatch(/sb_alerts_event_time|sb_alerts_ldap|sb_alerts_title/);
      expect(others.length).toBeLessThanOrEqual(1);
      return timed;
    };

    // In the order of the list, so that nothing is sorted but what happened within a second.
    expect(await found({})).toContain('sb_alerts_event_time');
    expect(await found({ order: 'oldest' })).toContain('sb_alerts_event_time');
    expect(await found({ after: START, before: START + 9000 })).toContain('sb_alerts_event_time');
    expect(await found({ status: 2 })).toContain('sb_alerts_event_time');
    // What is open is rare.
    expect(await found({ status: 0 })).toContain('sb_alert_status_status');
    expect(await found({ status: [0, 1] })).toContain('sb_alert_status_status');
    expect(await found({ status: 1 })).toContain('sb_alert_status_status');
    // Of one login, few.
    await write(database, [written('rare', { ldap: 'Rare', task: { seenAt: START } })]);
    await analyse(database);
    expect(await found({ usernames: ['rare'] })).toContain('sb_alerts_ldap');
    await write(database, [written('rare title', { title: 'Rare detector', task: { seenAt: START } })]);
    await analyse(database);
    expect(await found({ titles: ['rare detector'] })).toContain('sb_alerts_title');
  });
});
