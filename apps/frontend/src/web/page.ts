import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from '../access/guard.js';

/** What the build makes of `page`; from the sources, as from what is built. */
const ROOT = ['./page', '../../dist/page']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find(existsSync);

/** Files whose name holds what is in them never change. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** A browser that goes to an address, and no supervisor that asks for `/healthz` at the wrong port. */
const isVisit = (accept = '') => accept.includes('text/html');

/** The page: its files, and for a visit to any other address that is none of the API's, the page itself, which knows what to show there. */
export function addPage(app: OpenAPIHono<AppEnv>): void {
  const root = ROOT;
  if (root === undefined) return;
  app.use('/assets/*', serveStatic({ root, onFound: (_, context) => context.header('cache-control', FOR_EVER) }));
  app.use('/icon.svg', serveStatic({ root }));
  app.get('*', async (context, next) => {
    const { path } = context.req;
    if (path.startsWith('/api/') || path.startsWith('/assets/') || !isVisit(context.req.header('accept')))
      return next();
    context.header('cache-control', 'no-cache');
    return serveStatic<AppEnv>({ root, path: 'index.html' })(context, next);
  });
}
