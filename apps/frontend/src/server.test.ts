import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { generate } from 'selfsigned';
import { expect, onTestFinished, test } from 'vitest';
import { createToken } from './access/tokens.js';
import { openMemory } from './fixtures/memory.js';
import { serve } from './fixtures/serve.js';
import { listen } from './server.js';

test('over TLS of its own', async () => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }]);
  const tls = { cert: made.cert, key: made.private };
  const { port } = await serve(await openMemory(), { tls });
  const request = httpsRequest({
    host: '127.0.0.1',
    port,
    path: '/api/session',
    ca: tls.cert,
    servername: 'localhost',
  });
  const [response] = await once(request.end(), 'response');
  response.resume();
  expect(response.statusCode).toBe(200);
  expect(response.headers['strict-transport-security']).toBe('max-age=31536000');
});

test('a file that fails at its first row tells nothing of why', async () => {
  const database = await openMemory();
  const { as } = await serve(database, {}, () => {});
  const client = await as('viewer');
  await database.db
    .insertInto('alerts')
    .values({ hash: Buffer.alloc(32, 1), ldap: 'ann', title: 'x' })
    .execute();
  await database.db.schema.alterTable('sb_rejects').renameTo('elsewhere').execute();
  const { status, text } = await client('/api/alerts?format=csv');
  expect(status).toBe(500);
  expect(text).not.toContain('sb_rejects');
});

test('a body whose length nobody knows is refused before it is read', async () => {
  const database = await openMemory();
  const { port } = await serve(database);
  const { secret } = await createToken(database, { role: 'ingest', name: 'x', by: 'y', lifeMs: 60_000 });
  const headers = {
    authorization: `Bearer ${secret}`,
    'content-type': 'application/json',
    'transfer-encoding': 'chunked',
  };
  const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: '/api/alerts', headers });
  request.on('error', () => {}); // it is cut off
  request.write('[');
  const [response] = await once(request, 'response');
  response.resume();
  expect(response.statusCode).toBe(411);
  request.destroy();
});

test('behind a proxy limits go by who asks, and nobody can say who they are', async () => {
  const settings = { origin: 'https://bot.example.com', proxies: ['127.0.0.1'] };
  const { nobody } = await serve(await openMemory(), settings);
  const tries = async (count: number, forwarded: (n: number) => string) => {
    const statuses: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const headers = { 'x-forwarded-for': forwarded(n) };
      statuses.push((await nobody('/api/session', { method: 'POST', body: { code: 'x' }, headers })).status);
    }
    return statuses.filter((status) => status === 429).length;
  };
  expect(await tries(12, () => '203.0.113.1')).toBe(2);
  expect(await tries(10, () => '203.0.113.2')).toBe(0);
  // What a client writes itself stands before what the proxy adds.
  expect(await tries(12, (n) => `198.51.100.${n}, 203.0.113.3`)).toBe(2);
  expect(await tries(12, (n) => `2001:db8::${n}`)).toBe(2);
});

test('closing ends what is being answered', async () => {
  const { port, close } = await listen(
    { fetch: () => new Promise<Response>(() => {}) },
    { host: '127.0.0.1', port: 0 },
  );
  onTestFinished(close);
  const asked = fetch(`http://127.0.0.1:${port}/`);
  const refused = expect(asked).rejects.toThrow();
  await close();
  await refused;
});

test.each(['//', '/\\', '//[', '*', 'http://', '/passkey/%'])(
  'the path %j is answered, and ends nothing',
  async (path) => {
    const answer = async () => new Response('a page', { status: 404 });
    const { port, nobody } = await serve(await openMemory(), { pages: { path: '/passkey', answer } }, () => {});
    const request = httpRequest({ host: '127.0.0.1', port, path });
    const [response] = await once(request.end(), 'response');
    response.resume();
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.statusCode).toBeLessThan(500);
    expect((await nobody('/api/session')).status).toBe(200);
  },
);
