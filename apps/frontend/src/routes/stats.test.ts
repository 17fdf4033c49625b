import { createHash } from 'node:crypto';
import { forEachEngine } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import { Stats } from '../contract/stats.js';
import { serve } from '../fixtures/serve.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 31, 12);

await forEachEngine(({ open }) => {
  test('figures of the last 30 days, or of the time asked for', async () => {
    const database = await open({ now: () => NOW });
    const { as } = await serve(database);
    const client = await as('viewer');
    for (const [n, ago] of [1, 1, 40].entries()) {
      const hash = createHash('sha256').update(`${n}`).digest();
      const seen_at = NOW - ago * DAY;
      await database.db.insertInto('alerts').values({ hash, ldap: 'Ann', title: 'sudo' }).execute();
      const times = { seen_at, asked_at: seen_at, answered_at: seen_at + 90_000 };
      await database.db
        .insertInto('sb_tasks')
        .values({ hash, verdict: 'confirmed', ...times })
        .execute();
    }
    const stats = Stats.parse((await client('/api/stats')).json());
    const counts = { alerts: 2, confirmed: 2, escalated: 0, muted: 0, open: 0 };
    expect(stats).toMatchObject({
      after: '2026-03-01T12:00:00Z',
      before: '2026-03-31T12:00:00Z',
      total: counts,
      days: [{ day: '2026-03-30', ...counts }],
      titles: [{ title: 'sudo', ...counts }],
      people: [{ username: 'ann', ...counts }],
      answers: { count: 2, median_ms: 90_000, p90_ms: 90_000 },
    });
    const all = Stats.parse((await client('/api/stats?after=2026-01-01&before=2026-03-30')).json());
    expect(all.total.alerts).toBe(1);
    expect((await client('/api/stats?after=soon')).json()).toMatchObject({ status: 400, errors: [{ field: 'after' }] });
  });
});
