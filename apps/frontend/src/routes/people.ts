import type { OpenAPIHono } from '@hono/zod-openapi';
import { MUTE_COLUMNS, OPT_OUT_COLUMNS, rowObject } from '@securitybot/formats';
import { listMutes, listOptOuts, type SqlDatabase } from '@securitybot/sql';
import type { Mute, OptOut } from '../contract/people.js';
import * as routes from '../contract/routes.js';
import { fileOf, formatOf } from '../rows.js';

export function addPeople(app: OpenAPIHono, database: SqlDatabase): void {
  app.openapi(routes.listMutes, async (context) => {
    const { all, format: asked } = context.req.valid('query');
    const format = formatOf(context, asked);
    const mutes = await listMutes(database, all ? {} : { inForceAt: await database.now() });
    if (format !== 'json') return fileOf(format, 'ignored', MUTE_COLUMNS, mutes) as never;
    return context.json({ ignored: mutes.map((mute) => rowObject(MUTE_COLUMNS, mute) as Mute) }, 200);
  });

  app.openapi(routes.listOptOuts, async (context) => {
    const format = formatOf(context, context.req.valid('query').format);
    const optOuts = await listOptOuts(database);
    if (format !== 'json') return fileOf(format, 'blacklist', OPT_OUT_COLUMNS, optOuts) as never;
    return context.json({ blacklist: optOuts.map((each) => rowObject(OPT_OUT_COLUMNS, each) as OptOut) }, 200);
  });
}
