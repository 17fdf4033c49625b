import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from './health.js';

export interface TelemetryServerOptions {
  readonly health: Pick<Health, 'live' | 'ready'>;
  /** What `createMetrics` gives. */
  readonly registry: { metrics(): Promise<string>; readonly contentType: string };
  /** 0: any free one. */
  readonly port: number;
  /** The address to listen on. Default: 127.0.0.1. Within a container, where probes come from outside: 0.0.0.0 or ::. */
  readonly host?: string;
}

export interface TelemetryServer {
  /** Where it listens: `http://127.0.0.1:9464`. */
  readonly url: string;
  /** Ends at once, whoever is connected. May be called twice. */
  close(): Promise<void>;
}

/** Nobody needs longer to ask, in ms, nor more connections. */
const REQUEST_MS = 5000;
const CONNECTIONS = 64;
const LIMITS = { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: 1000 };

const TEXT = 'text/plain; charset=utf-8';

/**
 * Serves `/healthz`, `/readyz` and `/metrics`, which hold no text of an alert, a person or an error. Whoever reaches the port
 * can read them: there is no password. Throws an Error that says what to change where the port cannot be had.
 */
export async function serveTelemetry(options: TelemetryServerOptions): Promise<TelemetryServer> {
  const { health, registry, port, host = '127.0.0.1' } = options;

  function send(response: ServerResponse, status: number, text: string, type = TEXT): void {
    response.writeHead(status, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(text);
  }

  async function answer(path: string, response: ServerResponse): Promise<void> {
    switch (path) {
      case '/healthz':
      case '/readyz': {
        const { ok, text } = path === '/healthz' ? health.live() : await health.ready();
        return send(response, ok ? 200 : 503, `${text}\n`);
      }
      case '/metrics':
        return send(response, 200, await registry.metrics(), registry.contentType);
      default:
        return send(response, 404, 'There is /healthz, /readyz and /metrics.\n');
    }
  }

  const server = createServer(LIMITS, (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return send(response, 405, 'Only GET.\n');
    }
    const [path = ''] = (request.url ?? '').split('?', 1);
    answer(path, response).catch(() => send(response, 500, 'It failed.\n'));
  });
  server.maxConnections = CONNECTIONS;

  await new Promise<void>((resolve, reject) => {
    server.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      const way = code === 'EADDRINUSE' ? 'another process has that port; choose a free one' : message;
      reject(new Error(`telemetry: cannot listen on ${host}:${port}: ${way}.`));
    });
    server.listen(port, host, resolve);
  });
  const { address, family, port: got } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${got}`,
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}
