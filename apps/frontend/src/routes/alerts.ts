import type { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Task } from '@securitybot/core';
import { ALERT_COLUMNS, alertColumns, rowObject, timeOf } from '@securitybot/formats';
import {
  type AlertPage,
  type AlertPageOptions,
  type AlertRecord,
  type ListedAlert,
  pageAlerts,
  readAlert,
  type SqlDatabase,
} from '@securitybot/sql';
import type { AppEnv } from '../access/guard.js';
import type { Alert, AlertQuery, AlertStory } from '../contract/alerts.js';
import * as routes from '../contract/routes.js';
import { invalidFields, problem } from '../problems.js';
import { each, fileOf, formatOf, nextLink } from '../rows.js';

const COLUMNS = alertColumns(ALERT_COLUMNS);
/** What one page of JSON may hold. A file is read so many at a time. */
const PAGE = 1000;

const STATUS = { open: 0, 'in-progress': 1, done: 2, '0': 0, '1': 1, '2': 2 } as const;

/** As the contract has it: its names are the columns'. */
export const toAlert = (row: ListedAlert) => rowObject(COLUMNS, row) as Alert;

function optionsOf({ columns: _, format: __, status, ...query }: z.infer<typeof AlertQuery>): AlertPageOptions {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  return { ...given, ...(status !== undefined && { status: STATUS[status] }) };
}

/** All of a list, page by page; then the cursor of what is beyond it. */
async function* eachPage(
  database: SqlDatabase,
  options: AlertPageOptions,
): AsyncGenerator<ListedAlert, string | undefined> {
  let left = options.limit ?? PAGE;
  let { cursor } = options;
  do {
    const page = await pageAlerts(database, { ...options, limit: Math.min(left, PAGE), ...(cursor && { cursor }) });
    yield* page.alerts;
    left -= page.alerts.length;
    cursor = page.next;
  } while (cursor !== undefined && left > 0);
  return cursor;
}

/** The same at once: what is told before the first row, such as whether there are more, is known only then. */
async function wholeOf(rows: AsyncGenerator<ListedAlert, string | undefined>): Promise<AlertPage> {
  const alerts: ListedAlert[] = [];
  for (;;) {
    const { done, value } = await rows.next();
    if (done) return { alerts, ...(value !== undefined && { next: value }) };
    alerts.push(value);
  }
}

function toStory(story: AlertRecord & { readonly task?: Task }): AlertStory {
  const { task } = story;
  const { verdict, answer } = task ?? {};
  const confirmed = verdict?.kind === 'confirmed' ? verdict : undefined;
  const listed: ListedAlert = {
    ...story,
    seenAt: task?.alert.seenAt ?? null,
    state: task?.state ?? null,
    verdict: verdict?.kind ?? null,
    cause: verdict?.kind === 'escalated' ? verdict.cause : null,
    closedAt: verdict?.at ?? null,
  };
  const at = (ms: number) => timeOf(ms) ?? '';
  return {
    ...toAlert(listed),
    treated_as: task?.severity ?? null,
    answer: answer ? { ...answer, at: at(answer.at) } : null,
    proof: confirmed?.proof ?? null,
    muted_until: timeOf(confirmed?.mutedUntil ?? null),
    deadline: task && !verdict ? timeOf(task.deadline) : null,
    pushes: task?.pushes ?? 0,
    story: (task?.history ?? []).map((entry) => ({ ...entry, at: at(entry.at), detail: entry.detail ?? null })),
  };
}

export function addAlerts(app: OpenAPIHono<AppEnv>, database: SqlDatabase, onError: (error: unknown) => void): void {
  app.openapi(routes.listAlerts, async (context) => {
    const query = context.req.valid('query');
    const format = formatOf(context, query.format);
    const options = optionsOf(query);
    if (format !== 'json') {
      const columns = query.columns ? alertColumns(query.columns) : COLUMNS;
      const all = eachPage(database, options);
      const file = { format, name: 'alerts', onError };
      if (query.limit > PAGE) return (await fileOf(file, columns, all)) as never;
      const { alerts, next } = await wholeOf(all);
      return (await fileOf({ ...file, headers: nextLink(context, next) }, columns, each(alerts))) as never;
    }
    if (query.columns) {
      const message =
        'is for csv and ndjson; an alert in JSON has all of its fields. Ask for one of these, or leave it out';
      return invalidFields(context, [{ field: 'columns', message }]) as never;
    }
    if (query.limit > PAGE) {
      const message = `is more than a page of JSON holds: ${PAGE}. Read on with cursor, or ask for csv or ndjson`;
      return invalidFields(context, [{ field: 'limit', message }]) as never;
    }
    const { alerts, next = null } = await pageAlerts(database, options);
    return context.json({ alerts: alerts.map(toAlert), next }, 200, nextLink(context, next));
  });

  app.openapi(routes.readAlert, async (context) => {
    const story = await readAlert(database, context.req.valid('param').id);
    if (!story) return problem(context, 'not-found', 'There is no alert of that id.') as never;
    return context.json(toStory(story), 200);
  });
}
