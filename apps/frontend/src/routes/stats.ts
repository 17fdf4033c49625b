import type { OpenAPIHono } from '@hono/zod-openapi';
import { timeOf } from '@securitybot/formats';
import { readStats, type SqlDatabase } from '@securitybot/sql';
import type { AppEnv } from '../access/guard.js';
import { readStats as route } from '../contract/routes.js';

const USUAL_MS = 30 * 86_400_000;

export function addStats(app: OpenAPIHono<AppEnv>, database: SqlDatabase): void {
  app.openapi(route, async (context) => {
    const query = context.req.valid('query');
    const before = query.before ?? (await database.now()).getTime();
    const after = query.after ?? before - USUAL_MS;
    const { answers, days, ...counted } = await readStats(database, { after, before });
    return context.json(
      {
        after: timeOf(after) ?? '',
        before: timeOf(before) ?? '',
        ...counted,
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
      },
      200,
    );
  });
}
