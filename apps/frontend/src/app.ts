import { OpenAPIHono } from '@hono/zod-openapi';
import type { SqlDatabase } from '@securitybot/sql';
import { NewAlert } from './contract/alerts.js';
import * as routes from './contract/routes.js';
import { answerErrors, problem, refuseInvalid } from './problems.js';
import { addAlerts } from './routes/alerts.js';
import { addPeople } from './routes/people.js';

export interface AppOptions {
  readonly database: SqlDatabase;
  /** Told of what nobody foresaw. */
  readonly onError?: (error: unknown) => void;
}

const ABOUT = {
  openapi: '3.1.0',
  info: {
    title: 'Securitybot',
    version: '1',
    description: 'Alerts, how they ended, and who is asked about them. Every error is a problem by RFC 9457.',
  },
};

/** What answers HTTP requests. */
export function createApp({ database, onError = () => {} }: AppOptions): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: refuseInvalid });
  app.onError(answerErrors(onError));
  app.notFound((context) => problem(context, 'not-found'));
  addAlerts(app, database);
  addPeople(app, database);

  app.openAPIRegistry.register('NewAlert', NewAlert);
  // The contract, with what is not answered yet.
  for (const route of Object.values(routes)) {
    if (
      !app.routes.some(({ method, path }) => method === route.method.toUpperCase() && path === route.getRoutingPath())
    )
      app.openAPIRegistry.registerPath(route);
  }
  app.get('/api/openapi.json', (context) => context.json(app.getOpenAPI31Document(ABOUT)));
  return app;
}
