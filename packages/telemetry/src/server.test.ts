import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { ProbeAnswer } from './health.js';
import { serveTelemetry, type TelemetryServer } from './server.js';

const OK: ProbeAnswer = { ok: true, text: 'ok' };
const open: TelemetryServer[] = [];

async function serve(
  change: { live?: ProbeAnswer; ready?: () => Promise<ProbeAnswer>; metrics?: () => Promise<string> } = {},
) {
  const { live = OK, ready = async () => OK, metrics = async () => 'a 1\n' } = change;
  const server = await serveTelemetry({
    health: { live: () => live, ready },
    registry: { metrics, contentType: 'text/plain; version=0.0.4; charset=utf-8' },
    port: 0,
  });
  open.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

test('probes and metrics', async () => {
  const { url } = await serve({ ready: async () => ({ ok: false, text: 'starting' }) });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const live = await fetch(`${url}/healthz`);
  expect([live.status, await live.text()]).toEqual([200, 'ok\n']);
  const ready = await fetch(`${url}/readyz?verbose`);
  expect([ready.status, await ready.text()]).toEqual([503, 'starting\n']);
  const metrics = await fetch(`${url}/metrics`);
  expect([metrics.status, await metrics.text()]).toEqual([200, 'a 1\n']);
  expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(metrics.headers.get('cache-control')).toBe('no-store');
  const head = await fetch(`${url}/healthz`, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
});

test('anything else is refused, and echoes nothing', async () => {
  const { url } = await serve();
  const nowhere = await fetch(`${url}/<script>alert(1)</script>`);
  expect([nowhere.status, await nowhere.text()]).toEqual([404, 'There is /healthz, /readyz and /metrics.\n']);
  const post = await fetch(`${url}/metrics`, { method: 'POST', body: 'x'.repeat(1_000_000) });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('metrics that fail tell nothing of why', async () => {
  const { url } = await serve({ metrics: () => Promise.reject(new Error('mysql://root:secret@db')) });
  const failed = await fetch(`${url}/metrics`);
  expect([failed.status, await failed.text()]).toEqual([500, 'It failed.\n']);
});

test('a close ends at once, though somebody is connected and asks; and may be called twice', async () => {
  const asked = Promise.withResolvers<void>();
  const { url, close } = await serve({
    ready() {
      asked.resolve();
      return new Promise(() => {});
    },
  });
  const idle = connect(Number(new URL(url).port), '127.0.0.1');
  await new Promise((resolve) => idle.once('connect', resolve));
  const ended = new Promise((resolve) => idle.once('close', resolve));
  const probe = fetch(`${url}/readyz`).catch(() => 'cut');
  await asked.promise;
  await Promise.all([close(), close()]);
  expect(await probe).toBe('cut');
  await ended;
});

test('a port that is taken is told, with the way out', async () => {
  const { url } = await serve();
  const port = Number(new URL(url).port);
  const registry = { metrics: async () => '', contentType: 'text/plain' };
  const health = { live: () => OK, ready: async () => OK };
  await expect(serveTelemetry({ health, registry, port })).rejects.toThrow(
    `telemetry: cannot listen on 127.0.0.1:${port}: another process has that port; choose a free one.`,
  );
  await expect(serveTelemetry({ health, registry, port: 0, host: '203.0.113.7' })).rejects.toThrow(
    'telemetry: cannot listen on 203.0.113.7:0: ',
  );
});
