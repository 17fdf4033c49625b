import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server';
import type { FrontendSettings } from './settings.js';

/** An app of Hono, and what else answers requests. */
export interface Answering {
  readonly fetch: (request: Request, bindings: HttpBindings | Http2Bindings) => Response | Promise<Response>;
}

export interface Listening {
  readonly port: number;
  /** Stops listening, and ends what is being answered. May be called twice. */
  close(): Promise<void>;
}

/** A request's headers, and all of it, in ms: who sends a byte now and then should not keep a connection. */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5_000, maxHeaderSize: 16_384 };

/** Answers requests where the settings say. Throws what listening fails with. */
export async function listen(
  app: Answering,
  settings: Pick<FrontendSettings, 'host' | 'port' | 'tls'>,
): Promise<Listening> {
  const answer = getRequestListener((request, bindings) => app.fetch(request, bindings), {
    overrideGlobalObjects: false,
  });
  const server: Server & { closeAllConnections(): void } = settings.tls
    ? createHttpsServer({ ...PATIENCE, ...settings.tls }, answer)
    : createHttpServer(PATIENCE, answer);
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  let closed: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}
