import { forEachEngine } from '@securitybot/sql/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createAuthenticator } from './fixtures/authenticator.js';
import { createCompany, ORIGIN } from './fixtures/company.js';
import { createWebauthnPages } from './pages.js';

const { signal } = new AbortController();
const HOSTILE = '<script>alert(1)</script> "x" \'y\' & <img src=x onerror=alert(1)>';

await forEachEngine(({ open }) => {
  async function start() {
    const database = await open();
    onTestFinished(() => database.close());
    const company = createCompany(database);
    const ann = await company.person('ann');
    const ask = async (id = 'c1', subject = 'ann', reason = 'sudo on web-1') => {
      const { token, url = '' } = await company.auth.challenge({ id, subject, reason }, signal);
      return { token, url, check: () => company.auth.check(token, signal) };
    };
    return { ...company, database, ann, ask };
  }

  describe('a link to prove something', () => {
    test('shows what it is about, as text, and is not used up by being opened', async () => {
      const { ask, request, proves, ann } = await start();
      const { url, check } = await ask('c1', 'ann', HOSTILE);
      for (const method of ['GET', 'HEAD', 'GET']) {
        const response = await request(url, { method });
        expect(response.status).toBe(200);
        const html = await response.text();
        expect(html).not.toMatch(/<script>|<img/);
        expect(html).toContain('&#60;script&#62;alert(1)&#60;/script&#62; &#34;x&#34;');
        expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'/);
        expect(response.headers.get('cache-control')).toBe('no-store');
        expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      }
      expect(await check()).toBe('pending');
      expect((await proves(url, ann)).status).toBe(200);
      expect(await check()).toBe('approved');
    });

    test('a database that fails is no answer, neither yes nor no', async () => {
      const { ask, post, ann, database } = await start();
      const { url, check } = await ask();
      const { json } = await post(url, 'options');
      const response = ann.get(json, { origin: ORIGIN });
      const { schema } = database.db;
      await schema.alterTable('sb_passkeys').renameColumn('used_at', 'hidden').execute();
      try {
        await expect(post(url, 'verify', { response })).rejects.toThrow(/used_at/);
      } finally {
        await schema.alterTable('sb_passkeys').renameColumn('hidden', 'used_at').execute();
      }
      expect(await check()).toBe('pending');
    });

    test('is good once, and its page is gone with it', async () => {
      const { ask, request, proves, post, ann } = await start();
      const { url, check } = await ask();
      await proves(url, ann);
      expect((await request(url)).status).toBe(404);
      expect((await proves(url, ann)).status).toBe(410);
      expect((await post(url, 'deny', { fraud: true })).status).toBe(410);
      expect(await check()).toBe('approved');
    });

    test('is worth nothing after its time', async () => {
      const { ask, database, post, ann } = await start();
      const { url, check } = await ask();
      const { json } = await post(url, 'options');
      const now = (await database.now()).getTime();
      await database.db.updateTable('sb_proofs').set({ expires_at: now }).execute();
      const response = ann.get(json, { origin: ORIGIN });
      expect((await post(url, 'verify', { response })).status).toBe(410);
      expect(await check()).toBe('expired');
    });

    test.each([
      ['from a page that only looks like ours', { origin: 'https://bot.example.evil.example' }],
      ['from our host under another scheme', { origin: 'http://bot.example' }],
      ['for another host', { origin: ORIGIN, host: 'evil.example' }],
      ['without having seen the person', { verified: false }],
    ])('takes no signature %s', async (_, how) => {
      const { ask, proves, ann } = await start();
      const { url, check } = await ask();
      expect((await proves(url, ann, how)).status).toBe(403);
      expect(await check()).toBe('pending');
      expect((await proves(url, ann)).status).toBe(200);
    });

    test("takes nobody else's passkey, no new one, and none that was taken away", async () => {
      const { ask, proves, person, database } = await start();
      const bob = await person('bob');
      const { url, check } = await ask();
      expect((await proves(url, bob)).status).toBe(403);
      expect((await proves(url, createAuthenticator())).status).toBe(403);
      const young = await person('ann', 1); // makes all of ann's a day old
      expect((await proves(url, young)).status).toBe(403);
      await database.db.deleteFrom('sb_passkeys').execute();
      expect((await proves(url, young)).status).toBe(403);
      expect(await check()).toBe('pending');
    });

    test('takes a signature once, for its own challenge alone', async () => {
      const { ask, post, ann } = await start();
      const first = await ask('c1');
      const second = await ask('c2');
      const { json } = await post(first.url, 'options');
      await post(second.url, 'options');
      const response = ann.get(json, { origin: ORIGIN });
      expect((await post(second.url, 'verify', { response })).status).toBe(403);
      const both = await Promise.all([1, 2].map(() => post(first.url, 'verify', { response })));
      expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
      expect([await first.check(), await second.check()]).toEqual(['approved', 'pending']);
    });

    test('takes nothing of a copied passkey, which counts from where the other was', async () => {
      const { ask, proves, ann } = await start();
      await proves((await ask('c1')).url, ann);
      const { url, check } = await ask('c2');
      ann.countsFrom(1);
      expect((await proves(url, ann)).status).toBe(403);
      expect(await check()).toBe('pending');
    });

    test('a signature that nothing asked for, or of any shape, is refused', async () => {
      const { ask, post, ann } = await start();
      const { url, check } = await ask();
      const made = ann.get({ challenge: 'x', rpId: 'bot.example' }, { origin: ORIGIN });
      expect((await post(url, 'verify', { response: made })).status).toBe(409);
      for (const response of [
        null,
        1,
        'x',
        [],
        {},
        { id: ann.id },
        { id: ann.id, response: {} },
        { id: '__proto__' },
      ]) {
        await post(url, 'options');
        expect((await post(url, 'verify', { response })).status).toBeOneOf([400, 403]);
      }
      expect(await check()).toBe('pending');
    });
  });

  describe('requests', () => {
    test('only our own page may speak for the person who reads it', async () => {
      const { ask, post } = await start();
      const { url, check } = await ask();
      for (const origin of ['https://evil.example', 'null', '', `${ORIGIN}:444`])
        expect((await post(url, 'deny', {}, { origin })).status).toBe(403);
      expect((await post(url, 'deny', {}, { 'content-type': 'text/plain' })).status).toBe(415);
      expect((await post(url, 'deny', { more: 'x'.repeat(70_000) })).status).toBe(413);
      expect((await post(url, 'approve')).status).toBe(404);
      expect(await check()).toBe('pending');
    });

    test('what is no link of ours is not found, and what is no page of ours is left to others', async () => {
      const { request, options, ask } = await start();
      const { url } = await ask();
      const made = `${url.slice(0, -4)}AAAA`;
      for (const path of [
        made,
        `${ORIGIN}/passkey/prove/x`,
        `${ORIGIN}/passkey/`,
        `${ORIGIN}/passkey/../../etc/passwd/`,
      ])
        expect((await request(path).catch(() => new Response('', { status: 404 }))).status).toBe(404);
      expect((await request(url, { method: 'PUT' })).status).toBe(405);
      expect((await request(`${url}/deny`)).status).toBe(405);
      expect(await createWebauthnPages(options)(new Request(`${ORIGIN}/api/alerts`))).toBeUndefined();
      for (const [name, type] of [
        ['page.js', 'text/javascript; charset=utf-8'],
        ['page.css', 'text/css; charset=utf-8'],
      ]) {
        const response = await request(`${ORIGIN}/passkey/${name}`);
        expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
      }
    });
  });
});
