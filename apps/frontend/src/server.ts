import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';

/** An app of Hono, and what else answers requests. */
export interface Answering {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

export interface Listening {
  readonly port: number;
  /** Ends what is being answered, and stops listening. May be called twice. */
  close(): Promise<void>;
}

/** Answers requests at that address. Port 0: any free one. Throws what listening fails with. */
export async function listen(app: Answering, host: string, port: number): Promise<Listening> {
  const server = createAdaptorServer({ fetch: (request) => app.fetch(request), overrideGlobalObjects: false });
  server.listen(port, host);
  await once(server, 'listening');
  let closed: Promise<void> | undefined;
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      });
      return closed;
    },
  };
}
