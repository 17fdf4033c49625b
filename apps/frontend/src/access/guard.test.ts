import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { forEachEngine } from '@securitybot/sql/testing';
import { describe, expect, test } from 'vitest';
import * as routes from '../contract/routes.js';
import { openMemory } from '../fixtures/memory.js';
import { type Client, serve } from '../fixtures/serve.js';
import { pageAudit } from './audit.js';
import type { Needs, Role } from './roles.js';
import { createToken, listTokens, revokeToken } from './tokens.js';

const ALERT = 'c0ffee'.padEnd(64, '0');
/** Requests that go through where they may. */
const ASKED: Readonly<Record<string, { path?: string; body?: unknown }>> = {
  'get /api/alerts/{id}': { path: `/api/alerts/${ALERT}` },
  'post /api/alerts': { body: { username: 'ann', title: 'sudo', id: ALERT } },
  'put /api/blacklist': { body: { username: 'ann' } },
  'delete /api/blacklist': { path: '/api/blacklist?username=ann' },
  'delete /api/ignored': { path: '/api/ignored?username=ann&title=sudo' },
  'post /api/session': { body: { code: 'x' } },
};
/** Answered without an end. */
const LEFT_OUT = ['get /api/events'];

const ALL = Object.values(routes)
  .map((route) => ({ name: `${route.method} ${route.path}`, ...route, needs: route['x-needs'] as Needs }))
  .filter(({ name }) => !LEFT_OUT.includes(name));

const MAY: Readonly<Record<Role, readonly Needs[]>> = {
  ingest: ['raise', 'signed-in', 'anybody'],
  viewer: ['read', 'signed-in', 'anybody'],
  admin: ['raise', 'read', 'change', 'signed-in', 'anybody'],
};

async function statusesOf(client: Client) {
  const statuses: [string, number][] = [];
  for (const { name, method, path } of ALL) {
    const { path: asked = path, ...more } = ASKED[name] ?? {};
    const { status, json } = await client(asked, { method: method.toUpperCase(), ...more });
    const isRefused = status === 401 || (status === 403 && String(json<{ detail: string }>().detail).includes('role'));
    statuses.push([name, isRefused ? status : 200]);
  }
  return statuses;
}

await forEachEngine(({ open }) => {
  test.each(['ingest', 'viewer', 'admin'] as const)(
    'a token of the role %s may do its own, and nothing else',
    async (role) => {
      const client = await (await serve(await open())).as(role);
      expect(await statusesOf(client)).toEqual(
        ALL.map(({ name, needs }) => [name, MAY[role].includes(needs) ? 200 : 403]),
      );
    },
  );

  test('without a token nobody gets anything', async () => {
    const { nobody } = await serve(await open());
    expect(await statusesOf(nobody)).toEqual(ALL.map(({ name, needs }) => [name, needs === 'anybody' ? 200 : 401]));
    expect((await nobody('/api/alerts')).headers.get('www-authenticate')).toBe('Bearer');
  });

  test('tokens end: revoked, out of time, changed by a letter', async () => {
    let now = Date.UTC(2026, 2, 2);
    const database = await open({ now: () => now });
    const { nobody } = await serve(database);
    const make = () => createToken(database, { role: 'viewer', name: 'x', by: 'ann', lifeMs: 90 * 86_400_000 });
    const status = async (secret: string) =>
      (await nobody('/api/alerts', { headers: { authorization: `Bearer ${secret}` } })).status;
    const [first, second] = [await make(), await make()];
    expect(await status(first.secret)).toBe(200);
    expect(await status(first.secret.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A')))).toBe(401);
    expect(await status(first.secret.replace(first.token.id, second.token.id))).toBe(401);
    expect(await status(`${first.secret}x`)).toBe(401);
    expect(await revokeToken(database, first.token.id)).toBe(true);
    expect(await revokeToken(database, first.token.id)).toBe(false);
    expect(await status(first.secret)).toBe(401);
    now += 90 * 86_400_000 - 1;
    expect(await status(second.secret)).toBe(200);
    now += 1;
    expect(await status(second.secret)).toBe(401);

    const tokens = await listTokens(database);
    expect(tokens.map(({ id }) => id).toSorted()).toEqual([first.token.id, second.token.id].toSorted());
    expect(tokens.find(({ id }) => id === second.token.id)).toMatchObject({ usedAt: now - 1, createdBy: 'ann' });
  });

  test('who may not do something hears why: no token, one that is none any more, or the role', async () => {
    const database = await open();
    const { nobody, as } = await serve(database);
    const asked = async (authorization: string) => {
      const { status, headers, json } = await nobody('/api/alerts', { headers: { authorization } });
      return [status, headers.get('www-authenticate'), json<{ detail: string }>().detail];
    };
    const { token, secret } = await createToken(database, { role: 'viewer', name: 'x', by: 'y', lifeMs: 60_000 });
    await revokeToken(database, token.id);
    const ended = 'This token is unknown, has ended or was revoked: see `securitybot token list`.';
    for (const each of [secret, 'sbt_x']) {
      expect(await asked(`Bearer ${each}`)).toEqual([401, 'Bearer error="invalid_token"', ended]);
    }
    expect(await asked('Basic eDp5')).toEqual([401, 'Bearer', expect.stringMatching(/^Sign in, or send a token as/)]);
    const detail = async (role: 'ingest' | 'viewer', method: string) =>
      (await (await as(role))('/api/alerts', { method, body: method === 'POST' ? {} : undefined })).json();
    expect(await detail('viewer', 'POST')).toMatchObject({
      detail: 'The role viewer may not do that: it is for ingest or admin.',
    });
    expect(await detail('ingest', 'GET')).toMatchObject({
      detail: 'The role ingest may not do that: it is for viewer or admin.',
    });
  });

  test('of a token only its hash is stored', async () => {
    const database = await open();
    const { secret } = await createToken(database, { role: 'admin', name: 'x', by: 'y', lifeMs: 1000 });
    const [row] = await database.db.selectFrom('sb_tokens').selectAll().execute();
    expect(Buffer.from(row?.hash ?? []).toString('hex')).toBe(createHash('sha256').update(secret).digest('hex'));
    expect(JSON.stringify(row)).not.toContain(secret.slice(-20));
  });

  test('every change is on the record, with who made it and what became of it', async () => {
    const database = await open();
    const admin = await (await serve(database)).as('admin');
    for (const username of ['Ann ', 'ann']) await admin('/api/blacklist', { method: 'PUT', body: { username } });
    await admin('/api/ignored?username=Bob&title=SUDO', { method: 'DELETE' });
    await admin('/api/alerts', {
      method: 'POST',
      body: [{ username: 'ann', title: 'x', id: ALERT }, { username: '' }],
    });
    await admin('/api/blacklist', { method: 'PUT', body: { username: ' ' } });
    const [token] = await listTokens(database);
    const who = `admin token (${token?.id})`;
    const { rows, next } = await pageAudit(database, { limit: 10 });
    expect(next).toBeNull();
    expect(rows.map(({ how, what, about, outcome, ...row }) => [row.who, how, what, about, outcome])).toEqual([
      [who, 'token', 'alert.raise', ALERT, 'done'],
      [who, 'token', 'mute.remove', 'bob: sudo', 'unchanged'],
      [who, 'token', 'opt-out.put', 'ann', 'unchanged'],
      [who, 'token', 'opt-out.put', 'ann', 'done'],
    ]);
    const first = (await admin('/api/audit?limit=3')).json<{ entries: unknown[]; next: string }>();
    expect(first.entries).toHaveLength(3);
    const second = await admin(`/api/audit?limit=3&cursor=${first.next}`);
    expect(second.headers.has('link')).toBe(false);
    expect(second.json()).toMatchObject({ entries: [{ what: 'opt-out.put', outcome: 'done' }], next: null });
  });
});

/** A request as no `fetch` would send it. */
function raw(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers, setHost: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

describe('a request', () => {
  test.each([
    ['127.0.0.1:8888', 200],
    ['localhost', 200],
    ['LOCALHOST:1', 200],
    ['[::1]:8888', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example:8888', 421],
    ['localhost.evil.example', 421],
  ])('for the host %j is answered with %i', async (host, status) => {
    const { port } = await serve(await openMemory());
    expect(await raw(port, '/api/session', { host })).toBe(status);
  });

  test('for the name that is set is answered', async () => {
    const { port } = await serve(await openMemory(), { origin: 'https://bot.example.com', proxies: ['127.0.0.1'] });
    expect(await raw(port, '/api/session', { host: 'bot.example.com' })).toBe(200);
    expect(await raw(port, '/api/session', { host: 'other.example.com' })).toBe(421);
  });

  test('that did not come through the proxy is refused', async () => {
    const { nobody } = await serve(await openMemory(), { origin: 'https://bot.example.com', proxies: ['10.0.0.0/8'] });
    expect((await nobody('/api/session')).status).toBe(403);
  });

  test.each([
    ['PATCH', '/api/alerts', 405],
    ['POST', '/api/stats', 405],
    ['GET', '/api/', 404],
    ['GET', '/api/alerts/', 404],
    ['DELETE', `/api/alerts/${ALERT}`, 405],
  ])('%s %s: %i', async (method, path, status) => {
    const admin = await (await serve(await openMemory())).as('admin');
    expect(await admin(path, { method })).toMatchObject({ status });
  });

  test('has headers that keep a page to itself', async () => {
    const { nobody } = await serve(await openMemory());
    for (const path of ['/api/session', '/api/alerts', '/nothing']) {
      const { headers } = await nobody(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.has('access-control-allow-origin')).toBe(false);
    }
    expect((await nobody('/api/session')).headers.get('cache-control')).toBe('no-store');
  });

  test('too many of one address that are nobody’s are put off', async () => {
    const { nobody, as } = await serve(await openMemory());
    const statuses: number[] = [];
    for (let n = 0; n < 130; n += 1) statuses.push((await nobody('/api/alerts')).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(120);
    const last = await nobody('/api/alerts');
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    // Somebody with a token comes in all the same.
    expect((await (await as('viewer'))('/api/alerts')).status).toBe(200);
  });

  test('with a body that is too long, or none that JSON knows, is refused', async () => {
    const admin = await (await serve(await openMemory())).as('admin');
    const post = (body: unknown, headers = {}) => admin('/api/alerts', { method: 'POST', body, headers });
    expect((await post(`"${'x'.repeat(5_000_000)}"`)).status).toBe(413);
    expect((await post('{"username":')).status).toBe(400);
    expect((await post('username=ann', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(415);
    expect((await post('[]')).status).toBe(400);
    expect((await post('null')).status).toBe(400);
  });
});
