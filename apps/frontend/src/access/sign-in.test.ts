import { forEachEngine } from '@securitybot/sql/testing';
import { expect, test } from 'vitest';
import type { Session } from '../contract/session.js';
import { follow } from '../fixtures/events.js';
import { openMemory } from '../fixtures/memory.js';
import { type Client, serve } from '../fixtures/serve.js';
import { createLink } from './sessions.js';

/** Signs in, and gives what the browser has then. */
async function signIn(nobody: Client, code: string) {
  const answer = await nobody('/api/session', { method: 'POST', body: { code } });
  const [cookie = ''] = answer.headers.getSetCookie();
  return { answer, cookie, sent: cookie.split(';')[0] ?? '' };
}

await forEachEngine(({ open }) => {
  test('a link lets one person in, once', async () => {
    const database = await open();
    const { nobody, port } = await serve(database);
    const code = await createLink(database, { name: 'ann', role: 'admin' });
    // What previews of links do spends nothing.
    for (const path of ['/sign-in', `/sign-in?code=${code}`, '/api/session']) await nobody(path);
    const tried = await Promise.all(Array.from({ length: 5 }, () => signIn(nobody, code)));
    expect(tried.map(({ answer }) => answer.status).toSorted()).toEqual([200, 403, 403, 403, 403]);
    const [{ answer, cookie, sent } = await signIn(nobody, code)] = tried.filter((each) => each.answer.status === 200);
    expect(cookie).toMatch(
      new RegExp(`^securitybot-${port}=[\\w-]{43}; Max-Age=43200; Path=/; HttpOnly; SameSite=Strict$`),
    );
    const session = answer.json<Session>();
    expect(session.user).toMatchObject({ name: 'ann', role: 'admin' });
    const known = (await nobody('/api/session', { headers: { cookie: sent } })).json<Session>();
    expect(known).toEqual({ ...session, user: { ...session.user, until: expect.any(String) } });
  });

  test('a session that changes something needs its token, and no other page can have it', async () => {
    const database = await open();
    const { nobody, url } = await serve(database);
    const { answer, sent } = await signIn(nobody, await createLink(database, { name: 'ann', role: 'admin' }));
    const { csrf } = answer.json<Session>();
    const put = async (headers: Readonly<Record<string, string>>) =>
      (
        await nobody('/api/blacklist', {
          method: 'PUT',
          body: { username: 'bob' },
          headers: { cookie: sent, ...headers },
        })
      ).status;
    const token = { 'x-csrf-token': csrf ?? '' };
    expect(await put({})).toBe(403);
    expect(await put({ 'x-csrf-token': 'x' })).toBe(403);
    expect(await put({ ...token, origin: 'https://evil.example' })).toBe(403);
    expect(await put({ ...token, origin: 'null' })).toBe(403);
    expect(await put({ ...token, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await put({ ...token, 'sec-fetch-site': 'same-site' })).toBe(403);
    expect(await put({ ...token, origin: url, 'sec-fetch-site': 'same-origin' })).toBe(200);
    expect(await put(token)).toBe(200);
  });

  test('sessions and links end', async () => {
    let now = Date.UTC(2026, 2, 2);
    const database = await open({ now: () => now });
    const { nobody } = await serve(database);
    const late = await createLink(database, { name: 'ann', role: 'viewer' });
    now += 15 * 60_000;
    expect((await signIn(nobody, late)).answer.status).toBe(403);

    const { sent, answer } = await signIn(nobody, await createLink(database, { name: 'ann', role: 'viewer' }));
    const list = async () => (await nobody('/api/alerts', { headers: { cookie: sent } })).status;
    now += 12 * 3_600_000 - 1;
    expect(await list()).toBe(200);
    now += 1;
    expect(await list()).toBe(401);

    const again = await signIn(nobody, await createLink(database, { name: 'ann', role: 'viewer' }));
    expect(await database.db.selectFrom('sb_sessions').selectAll().execute()).toHaveLength(1);
    const headers = { cookie: again.sent, 'x-csrf-token': again.answer.json<Session>().csrf ?? '' };
    expect((await nobody('/api/session', { method: 'DELETE', headers: { cookie: again.sent } })).status).toBe(403);
    const out = await nobody('/api/session', { method: 'DELETE', headers });
    expect(out.json()).toMatchObject({ user: null, csrf: null });
    expect(out.headers.getSetCookie()[0]).toContain('Max-Age=0');
    expect((await nobody('/api/alerts', { headers })).status).toBe(401);
    expect(answer.json<Session>().csrf).not.toBe(headers['x-csrf-token']);
  });
});

test('who signs in again has one session, and what was told to the first one ends at once', async () => {
  const database = await openMemory();
  const { nobody, url } = await serve(database, {}, undefined, 60_000);
  const first = await signIn(nobody, await createLink(database, { name: 'ann', role: 'admin' }));
  const another = await signIn(nobody, await createLink(database, { name: 'bob', role: 'admin' }));
  const [listening, still] = [await follow(url, { cookie: first.sent }), await follow(url, { cookie: another.sent })];
  const code = await createLink(database, { name: 'ann', role: 'admin' });
  const headers = { cookie: first.sent, 'x-csrf-token': first.answer.json<Session>().csrf ?? '' };
  const again = await nobody('/api/session', { method: 'POST', body: { code }, headers });
  expect(again.status).toBe(200);
  expect(await listening.next()).toBeUndefined();
  expect((await nobody('/api/alerts', { headers })).status).toBe(401);
  const sent = again.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  expect((await nobody('/api/alerts', { headers: { cookie: sent } })).status).toBe(200);

  // Signing out ends it, too; somebody else's goes on.
  const last = await follow(url, { cookie: sent });
  const csrf = { cookie: sent, 'x-csrf-token': again.json<Session>().csrf ?? '' };
  await nobody('/api/session', { method: 'DELETE', headers: csrf });
  expect(await last.next()).toBeUndefined();
  expect((await nobody('/api/alerts', { headers: { cookie: another.sent } })).status).toBe(200);
  const ended = await Promise.race([still.next(), Promise.resolve('goes on')]);
  expect(ended).toBe('goes on');
});

test('over TLS the cookie is of this host alone', async () => {
  const database = await openMemory();
  const origin = 'https://bot.example.com';
  const { nobody } = await serve(database, { origin, proxies: ['127.0.0.1'] });
  const { cookie } = await signIn(nobody, await createLink(database, { name: 'ann', role: 'admin' }));
  expect(cookie).toMatch(/^__Host-securitybot=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
});

test('codes cannot be tried without an end', async () => {
  const { nobody } = await serve(await openMemory());
  const statuses: number[] = [];
  for (let n = 0; n < 12; n += 1) statuses.push((await signIn(nobody, `${n}`)).answer.status);
  expect(statuses).toEqual([...Array(10).fill(403), 429, 429]);
});
