import { PluginError } from '@securitybot/core';
import { expect, test } from 'vitest';
import * as routes from './contract/routes.js';
import { openMemory } from './fixtures/memory.js';
import { openRoom } from './fixtures/room.js';
import { serve } from './fixtures/serve.js';

test('the document names every route of the contract', async () => {
  const { nobody: get } = await serve(await openMemory(), { demo: openRoom().room });
  const { openapi, paths } = (await get('/api/openapi.json')).json<{
    openapi: string;
    paths: Record<string, object>;
  }>();
  expect(openapi).toBe('3.1.0');
  const named = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(named.toSorted()).toEqual(
    Object.values(routes)
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted(),
  );
});

test('pages of others may be asked for so often, and where they fail that is a problem', async () => {
  let asked = 0;
  const answer = async () => {
    asked += 1;
    if (asked === 1) throw new PluginError('UNAVAILABLE', 'the database is away');
    return new Response('a page');
  };
  const told: unknown[] = [];
  const { nobody } = await serve(await openMemory(), { pages: { path: '/passkey', answer } }, (error) =>
    told.push(error),
  );
  expect((await nobody('/passkey/enrol/x')).status).toBe(503);
  expect(told).toHaveLength(1);
  const statuses = await Promise.all(Array.from({ length: 310 }, async () => (await nobody('/passkey/x')).status));
  expect(statuses.filter((status) => status === 200)).toHaveLength(299);
  expect(statuses.filter((status) => status === 429)).toHaveLength(11);
  expect(asked).toBe(300);
});

test('what is not there is a problem', async () => {
  const answer = await (await serve(await openMemory())).nobody('/api/alert');
  expect(answer.status).toBe(404);
  expect(answer.json()).toEqual({
    type: 'urn:securitybot:problem:not-found',
    title: 'There is no such thing',
    status: 404,
    detail: 'Nothing is served at that address; /api/reference lists what is.',
  });
});

test('a page tells the same to people, with nothing from elsewhere', async () => {
  const { nobody: get, url } = await serve(await openMemory(), { demo: openRoom().room });
  const { text, headers } = await get('/api/reference');
  expect(headers.get('content-type')).toContain('text/html');
  for (const { method, path } of Object.values(routes)) expect(text).toContain(`${method.toUpperCase()} ${path}`);
  expect(text).toContain('id="schema-NewAlert"');
  expect(text.replace(`${url}/api/alerts?limit=5`, '')).not.toMatch(/<script|style=|https?:/);
  for (const [, path = ''] of text.matchAll(/(?:href|src)="(\/[^"]*)"/g)) expect((await get(path)).status).toBe(200);
});

test('the page begins with how to get in, ends with sessions, and says once what every request may get', async () => {
  const { nobody: get, url } = await serve(await openMemory());
  const { text } = await get('/api/reference');
  const at = (part: string) => {
    expect(text, part).toContain(part);
    return text.indexOf(part);
  };
  const order = [
    'Authorization: Bearer $TOKEN',
    `'${url}/api/alerts?limit=5'`,
    '<h2><code>GET /api/alerts<',
    '<h2><code>GET /api/session<',
  ];
  expect(order.map(at)).toEqual(order.map(at).toSorted((a, b) => a - b));
  expect(at('<h2><code>GET /api/session<')).toBeGreaterThan(at('<h2><code>GET /api/events<'));
  expect(text.split('<code>429</code>')).toHaveLength(2);
  expect(text.slice(at('<h2><code>DELETE /api/session<'))).toMatch(/^[^§]*?<p>Sign out\. For everybody signed in\./);
  expect(text).toContain('<link rel="icon" href="data:,"');
});

test('the document says where the API is', async () => {
  const { nobody } = await serve(await openMemory());
  expect((await nobody('/api/openapi.json')).json()).toMatchObject({ servers: [{ url: '/' }] });
  const proxied = await serve(await openMemory(), { origin: 'https://bot.example.com', proxies: ['127.0.0.1'] });
  const headers = { host: 'bot.example.com' };
  const { json } = await proxied.nobody('/api/openapi.json', { headers });
  expect(json()).toMatchObject({ servers: [{ url: 'https://bot.example.com' }] });
});
