import type { OpenAPIHono } from '@hono/zod-openapi';
import type { AppEnv } from './access/guard.js';
import { NewAlert } from './contract/alerts.js';
import type { OpenApiDocument } from './web/reference.js';

const ABOUT = {
  openapi: '3.1.0',
  info: {
    title: 'Securitybot',
    version: '1',
    description: 'Alerts, how they ended, and who is asked about them. Every error is a problem by RFC 9457.',
  },
};

/** The document about all routes that the app has by now. `origin`: how it is reached; without one, where the document is from. */
export function documentOf(app: OpenAPIHono<AppEnv>, origin = '/'): OpenApiDocument {
  const { openAPIRegistry: registry } = app;
  registry.register('NewAlert', NewAlert);
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'Made by `securitybot token create`.',
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'securitybot',
    description:
      'Of somebody signed in with a browser. Changes need the header `X-CSRF-Token`, which `GET /api/session` tells.',
  });
  return app.getOpenAPI31Document({ ...ABOUT, servers: [{ url: origin }] }) as unknown as OpenApiDocument;
}
