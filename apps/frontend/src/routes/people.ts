import type { OpenAPIHono } from '@hono/zod-openapi';
import { type Blacklist, normalise } from '@securitybot/core';
import { MUTE_COLUMNS, OPT_OUT_COLUMNS, rowObject } from '@securitybot/formats';
import { listMutes, listOptOuts, type SqlDatabase } from '@securitybot/sql';
import type { AppEnv } from '../access/guard.js';
import { changeOne } from '../changes.js';
import type { Mute, OptOut } from '../contract/people.js';
import * as routes from '../contract/routes.js';
import { each, fileOf, formatOf } from '../rows.js';

export function addPeople(
  app: OpenAPIHono<AppEnv>,
  { database, blacklist }: { readonly database: SqlDatabase; readonly blacklist: Blacklist },
  onError: (error: unknown) => void,
): void {
  app.openapi(routes.listMutes, async (context) => {
    const { all, format: asked } = context.req.valid('query');
    const format = formatOf(context, asked);
    const mutes = await listMutes(database, all ? {} : { inForceAt: await database.now() });
    if (format !== 'json')
      return (await fileOf({ format, name: 'ignored', onError }, MUTE_COLUMNS, each(mutes))) as never;
    return context.json({ ignored: mutes.map((mute) => rowObject(MUTE_COLUMNS, mute) as Mute) }, 200);
  });

  app.openapi(routes.removeMute, async (context) => {
    const { username, title } = context.req.valid('query');
    const about = `${normalise(username)}: ${normalise(title)}`;
    const changed = await changeOne(context, database, 'mute.remove', about, () =>
      blacklist.remove({ username, title }),
    );
    return context.json({ changed }, 200);
  });

  app.openapi(routes.listOptOuts, async (context) => {
    const format = formatOf(context, context.req.valid('query').format);
    const optOuts = await listOptOuts(database);
    if (format !== 'json')
      return (await fileOf({ format, name: 'blacklist', onError }, OPT_OUT_COLUMNS, each(optOuts))) as never;
    return context.json({ blacklist: optOuts.map((each) => rowObject(OPT_OUT_COLUMNS, each) as OptOut) }, 200);
  });

  app.openapi(routes.putOptOut, async (context) => {
    const { username, reason } = context.req.valid('json');
    const changed = await changeOne(context, database, 'opt-out.put', normalise(username), async () => {
      const standing = await blacklist.find({ username, title: '', now: await database.now() });
      if (standing && standing.title === undefined) return false;
      await blacklist.put({ username, reason });
      return true;
    });
    return context.json({ changed }, 200);
  });

  app.openapi(routes.removeOptOut, async (context) => {
    const { username } = context.req.valid('query');
    const about = normalise(username);
    const changed = await changeOne(context, database, 'opt-out.remove', about, () => blacklist.remove({ username }));
    return context.json({ changed }, 200);
  });
}
