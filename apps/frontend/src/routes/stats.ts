import type { OpenAPIHono, z } from '@hono/zod-openapi';
import { timeOf } from '@securitybot/formats';
import { readStats, type SqlDatabase } from '@securitybot/sql';
import type { AppEnv } from '../access/guard.js';
import { readStats as route } from '../contract/routes.js';
import type { Stats, StatsQuery } from '../contract/stats.js';

const USUAL_MS = 30 * 86_400_000;
/** They cost more than anything else: whoever asks for the same again within this has the same figures. */
const FRESH_MS = 15_000;

async function figures(database: SqlDatabase, query: z.infer<typeof StatsQuery>): Promise<Stats> {
  const before = query.before ?? (await database.now()).getTime();
  const after = query.after ?? before - USUAL_MS;
  const { answers, days, ...counted } = await readStats(database, { after, before });
  return {
    after: timeOf(after) ?? '',
    before: timeOf(before) ?? '',
    total: counted.total,
    causes: [...counted.causes],
    titles: [...counted.titles],
    people: [...counted.people],
    days: days.map(({ day, ...counts }) => ({ day: new Date(day).toISOString().slice(0, 10), ...counts })),
    answers: {
      count: answers.count,
      median_ms: answers.medianMs,
      p90_ms: answers.p90Ms,
      within: [...answers.within],
    },
  };
}

export function addStats(app: OpenAPIHono<AppEnv>, database: SqlDatabase): void {
  const fresh = new Map<string, { readonly at: number; readonly stats: Promise<Stats> }>();
  app.openapi(route, async (context) => {
    const now = performance.now();
    for (const [key, { at }] of fresh) if (at < now - FRESH_MS) fresh.delete(key);
    const key = new URL(context.req.url).search;
    const kept = fresh.get(key);
    const stats = kept?.stats ?? figures(database, context.req.valid('query'));
    if (!kept) {
      fresh.set(key, { at: now, stats });
      stats.catch(() => fresh.delete(key));
    }
    return context.json(await stats, 200);
  });
}
