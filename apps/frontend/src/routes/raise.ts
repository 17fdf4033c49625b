import type { OpenAPIHono } from '@hono/zod-openapi';
import { type Alert, isPluginError, type Tasker } from '@securitybot/core';
import { readAlertFields } from '@securitybot/formats';
import type { Outcome, SqlDatabase } from '@securitybot/sql';
import type { AppEnv } from '../access/guard.js';
import { change } from '../changes.js';
import { MOST_ALERTS, NewAlert } from '../contract/alerts.js';
import { raiseAlerts } from '../contract/routes.js';
import { type FieldError, fieldErrors, invalidFields, problem } from '../problems.js';

/** Alerts at a time: a server writes several commits to its disk at once. */
const TOGETHER = 8;

type Read = { readonly alert: Alert } | { readonly errors: FieldError[] };
type Result = { readonly id: string; readonly created: boolean } | { readonly errors: FieldError[] };

function read(row: unknown): Read {
  const parsed = NewAlert.safeParse(row);
  if (!parsed.success) return { errors: fieldErrors(parsed.error.issues) };
  const given = Object.entries(parsed.data).filter(([, value]) => value !== undefined && value !== '');
  const fields = readAlertFields({ username: '', title: '', ...Object.fromEntries(given) }, Date.now());
  return 'alert' in fields ? fields : { errors: [...fields.problems] };
}

async function add(tasker: Tasker, alert: Alert): Promise<Result> {
  try {
    return { id: alert.id, created: await tasker.add(alert) };
  } catch (error) {
    if (isPluginError(error) && error.code === 'REJECTED') return { errors: [{ field: '', message: error.message }] };
    throw error;
  }
}

/** Adds alerts, some at a time. Where the database is lost on the way, that is thrown, after what became of each was told to `settle`. */
async function addAll(
  tasker: Tasker,
  alerts: readonly Alert[],
  settle: (n: number, result: Result) => void,
): Promise<void> {
  for (let from = 0; from < alerts.length; from += TOGETHER) {
    const adding = alerts
      .slice(from, from + TOGETHER)
      .map(async (alert, n) => settle(from + n, await add(tasker, alert)));
    const failed = (await Promise.allSettled(adding)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
}

interface RaisingParts {
  readonly database: SqlDatabase;
  readonly tasker: Tasker;
  /** Told that new alerts were added. */
  readonly onRaised: () => void;
}

export function addRaising(app: OpenAPIHono<AppEnv>, { database, tasker, onRaised }: RaisingParts): void {
  app.openapi(raiseAlerts, async (context) => {
    const body = context.req.valid('json');
    const rows: readonly unknown[] = Array.isArray(body) ? body : [body];
    if (rows.length === 0 || rows.length > MOST_ALERTS) {
      return problem(
        context,
        'invalid',
        `Send an alert, or a list of 1 to ${MOST_ALERTS}; this one has ${rows.length}.`,
        [{ field: '', message: `has ${rows.length} alerts` }],
      ) as never;
    }
    const all = rows.map(read);
    const [only] = all;
    if (!Array.isArray(body) && only && 'errors' in only) {
      return invalidFields(context, only.errors) as never;
    }
    const alerts = all.flatMap((each) => ('alert' in each ? [each.alert] : []));
    const results: Result[] = [];
    if (alerts.length > 0) {
      const ids = alerts.map(({ id }) => id);
      let lost: unknown;
      await change(context, database, 'alert.raise', ids, async () => {
        await addAll(tasker, alerts, (n, result) => {
          results[n] = result;
        }).catch((error: unknown) => {
          lost = error;
        });
        return ids.map((_, n): Outcome => {
          const result = results[n];
          if (!result || 'errors' in result) return 'failed';
          return result.created ? 'done' : 'unchanged';
        });
      });
      if (results.some((result) => result && 'created' in result && result.created)) onRaised();
      if (lost !== undefined) throw lost;
    }
    let next = 0;
    const answers = all.map((each) => ('errors' in each ? each : (results[next++] as Result)));
    if (Array.isArray(body)) return context.json({ results: answers }, 200);
    const [answer] = answers;
    if (!answer || 'errors' in answer) return invalidFields(context, answer?.errors ?? []) as never;
    return context.json(answer, answer.created ? 201 : 200);
  });
}
