import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { SqlDatabase } from '../database.js';
import { isMysqlFamily } from '../engine.js';
import { fillEstate } from '../fixtures/estate.js';
import { wholeReads } from '../fixtures/plans.js';
import { forEachEngine } from '../testing.js';
import { findAlertIds } from './find-alert-ids.js';
import { findHalves } from './find-halves.js';
import { countUnassigned, findFailing, findOverdue, findRejects } from './find-troubles.js';
import { listAlerts } from './list-alerts.js';
import { listMutes } from './list-mutes.js';
import { listOptOuts } from './list-opt-outs.js';
import { pageAlerts } from './page-alerts.js';
import { readAlert } from './read-alert.js';
import { countOpenTasks, readOverdueMs } from './read-backlog.js';

const NOW = new Date('2026-02-01T00:00:00Z');
const AFTER = Date.UTC(2026, 0, 20);

type Query = (database: SqlDatabase) => Promise<unknown>;

/** Every query there is, but for those that show all of something. */
const BY_INDEX: Readonly<Record<string, Query>> = {
  'how an id begins': (database) => findAlertIds(database, 'ab', 20),
  'one alert': (database) => readAlert(database, 'ab'.repeat(32)),
  'open alerts that nobody takes up': (database) => countUnassigned(database, NOW),
  'conversations that nobody looks after': (database) => findOverdue(database, NOW, 20),
  'what fails': (database) => findFailing(database, 5, 20),
  'rejected alerts': (database) => findRejects(database, 20),
  'open tasks': countOpenTasks,
  'what is due longest': readOverdueMs,
  'mutes in force': (database) => listMutes(database, { inForceAt: NOW }),
  'the newest alerts': (database) => listAlerts(database),
  'the oldest alerts': (database) => listAlerts(database, { order: 'oldest' }),
  'alerts of some days': (database) => listAlerts(database, { after: AFTER, before: AFTER + 86_400_000 }),
  'open alerts': (database) => listAlerts(database, { status: 0 }),
  'alerts that are not done': (database) => listAlerts(database, { status: [0, 1] }),
  'alerts in progress': (database) => listAlerts(database, { status: 1 }),
  'alerts that are done': (database) => listAlerts(database, { status: 2 }),
  'alerts by verdict': (database) => listAlerts(database, { verdict: 'escalated' }),
  'alerts by answer': (database) => listAlerts(database, { performed: false, authenticated: false }),
  'two pages of alerts': async (database) => {
    const { next } = await pageAlerts(database, { limit: 10 });
    if (next === undefined) throw new Error('there is one page only');
    await pageAlerts(database, { limit: 10, cursor: next });
  },
  'a page of a search': (database) => pageAlerts(database, { search: 'web-1', limit: 10, searched: 1000 }),
};

await forEachEngine(({ open }) => {
  test('every query is by index, whatever is closed, and those that are not are known', {
    timeout: 120_000,
  }, async () => {
    const database = await open();
    await fillEstate(database, { closed: 50_000, open: 20 });
    const whole: string[] = [];
    for (const [what, query] of Object.entries(BY_INDEX)) {
      for (const read of await wholeReads(database, query)) whole.push(`${what}, of ${read}`);
    }
    expect(whole).toEqual([]);
    // Whose names are looked for as they may be spelt, has no index of their spellings.
    for (const filter of [{ usernames: ['user3'] }, { titles: ['title 3'] }])
      expect(['', 'alerts'].join()).toContain((await wholeReads(database, (of) => listAlerts(of, filter))).join());
    // These are to show all that there is, or all that does not fit together.
    const reads = async (query: Query) => (await wholeReads(database, query)).map((read) => /^\w+/.exec(read)?.[0]);
    expect(await reads((of) => listMutes(of))).toEqual(['ignored', 'sb_mutes']);
    expect(new Set(await reads(listOptOuts))).toEqual(new Set(['blacklist', 'sb_opt_outs']));
    expect((await reads((of) => findHalves(of, 20))).length).toBeGreaterThan(0);

    // What reads the plans would notice.
    const on = isMysqlFamily(database.engine) ? sql` on alert_status` : sql``;
    await sql`drop index sb_alert_status_status${on}`.execute(database.db);
    const noticed = await wholeReads(database, (of) => countUnassigned(of, NOW));
    await sql`create index sb_alert_status_status on alert_status (status)`.execute(database.db);
    expect(noticed.join()).toMatch(/^(alert_status|alerts|user_responses|sb_tasks): select count/);
  });
});
