import { OpenAPIHono } from '@hono/zod-openapi';
import type { Blacklist, Tasker } from '@securitybot/core';
import type { SqlDatabase } from '@securitybot/sql';
import { createJar } from './access/cookies.js';
import { type AppEnv, guard, tooMany } from './access/guard.js';
import { createOidc } from './access/oidc.js';
import { createStreams } from './access/streams.js';
import { documentOf } from './openapi.js';
import { answerErrors, notThere, problem, refuseInvalid } from './problems.js';
import { addAlerts } from './routes/alerts.js';
import { addAudit } from './routes/audit.js';
import { addDemo, type DemoRoom } from './routes/demo.js';
import { addEvents } from './routes/events.js';
import { addPeople } from './routes/people.js';
import { addRaising } from './routes/raise.js';
import { addSession } from './routes/session.js';
import { addStats } from './routes/stats.js';
import type { FrontendSettings } from './settings.js';
import { limitBody } from './web/body.js';
import { headers } from './web/headers.js';
import { createLimits } from './web/limits.js';
import { addPage } from './web/page.js';
import { addReference } from './web/reference.js';
import { createSite } from './web/site.js';

export interface AppParts {
  readonly database: SqlDatabase;
  readonly tasker: Tasker;
  readonly blacklist: Blacklist;
}

export interface AppOptions {
  readonly settings: Pick<FrontendSettings, 'tls' | 'proxies' | 'origin' | 'oidc'>;
  /** Told of what nobody foresaw. */
  readonly onError?: (error: unknown) => void;
  /** Told that new alerts were added: whoever asks about them need not wait for their next look. */
  readonly onRaised?: () => void;
  /** Pages of somebody else's, below a path, which see to themselves who may use them. */
  readonly pages?: {
    readonly path: string;
    readonly answer: (request: Request) => Promise<Response | undefined>;
  };
  /** Absent: there is none, as beside a real chat or a real second factor. */
  readonly demo?: DemoRoom;
  /** How often is looked for what changed, while somebody follows, in ms. Default 1000. */
  readonly everyMs?: number;
}

const WRONG_HOST =
  'Ask for it by the name in SECURITYBOT_HTTP_ORIGIN, or, on its own machine, as localhost or 127.0.0.1.';

/** What answers HTTP requests. */
export function createApp({ database, tasker, blacklist }: AppParts, options: AppOptions): OpenAPIHono<AppEnv> {
  const { settings, onError = () => {}, onRaised = () => {}, everyMs, pages, demo } = options;
  const site = createSite(settings);
  const session = createJar(site, 'securitybot');
  const parts = { database, site, limits: createLimits(), session, streams: createStreams() };

  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInvalid });
  app.onError(answerErrors(onError));
  app.notFound(notThere);
  app.use(headers(site.secure));
  app.use(async (context, next) => {
    if (!site.isAllowed(context)) return problem(context, 'forbidden', 'Only the proxy is answered here.');
    return site.isOurs(context) ? next() : problem(context, 'wrong-host', WRONG_HOST);
  });
  app.use(limitBody);
  if (pages) {
    app.use(`${pages.path}/*`, async (context, next) => {
      const seconds = await parts.limits.pages(site.addressOf(context));
      if (seconds !== undefined) return tooMany(context, seconds);
      return (await pages.answer(context.req.raw)) ?? next();
    });
  }
  app.get('/api/openapi.json', (context) => context.json(document));
  addReference(app, site, () => document);
  app.use('/api/*', async (context, next) => {
    context.header('cache-control', 'no-store');
    await next();
  });
  app.use('/api/*', guard(parts));

  const oidc = settings.oidc && createOidc(settings.oidc);
  addAlerts(app, database, onError);
  addRaising(app, { database, tasker, onRaised });
  addPeople(app, { database, blacklist }, onError);
  addAudit(app, database);

  addStats(app, database);
  addEvents(app, parts, { onError, ...(everyMs !== undefined && { everyMs }) });
  if (demo) addDemo(app, parts, demo, onError);
  addSession(app, { ...parts, ...(oidc && { oidc }), demo: demo !== undefined, onError });
  addPage(app);
  const document = documentOf(app, settings.origin);
  return app;
}
