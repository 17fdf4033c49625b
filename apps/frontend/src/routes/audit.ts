import type { OpenAPIHono } from '@hono/zod-openapi';
import { timeOf } from '@securitybot/formats';
import type { SqlDatabase } from '@securitybot/sql';
import { pageAudit } from '../access/audit.js';
import type { AppEnv } from '../access/guard.js';
import { listAudit } from '../contract/routes.js';
import { nextLink } from '../rows.js';

export function addAudit(app: OpenAPIHono<AppEnv>, database: SqlDatabase): void {
  app.openapi(listAudit, async (context) => {
    const { rows, next } = await pageAudit(database, context.req.valid('query'));
    return context.json(
      { entries: rows.map((row) => ({ ...row, at: timeOf(row.at) ?? '' })), next },
      200,
      nextLink(context, next),
    );
  });
}
