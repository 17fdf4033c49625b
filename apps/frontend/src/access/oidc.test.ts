import { describe, expect, test } from 'vitest';
import type { Session } from '../contract/session.js';
import { type Browser, createBrowser } from '../fixtures/browser.js';
import { openMemory } from '../fixtures/memory.js';
import { startProvider } from '../fixtures/provider.js';
import { serve } from '../fixtures/serve.js';
import { pageAudit } from './audit.js';

const PEOPLE = { ann: ['security', 'staff'], bob: ['staff'], eve: ['guests'], sam: [] };

/** Front end and provider that know each other: so the front end's address has to be known first. */
async function stage(inIdToken = false) {
  const database = await openMemory();
  const errors: unknown[] = [];
  const first = await serve(database);
  const proxy = { origin: first.url };
  const oidc = await startProvider(PEOPLE, `${first.url}/sign-in/oidc/callback`, inIdToken);
  await first.stop();
  const { url } = await serve(database, { ...proxy, oidc, port: first.port }, (error) => errors.push(error));
  return { database, url, errors, issuer: oidc.issuer };
}

/** Goes to the provider and signs in there. @returns where that ends. */
async function signIn(browser: Browser, url: string, login: string): Promise<URL> {
  let page = await browser.open(`${url}/sign-in/oidc`);
  for (const form of [{ prompt: 'login', login, password: 'x' }, { prompt: 'consent' }]) {
    const [, action] = /action="([^"]+)"/.exec(page.text) ?? [];
    if (action === undefined) break;
    page = await browser.open(action, form as Record<string, string>);
  }
  return page.url;
}

async function sessionOf(browser: Browser, url: string): Promise<Session> {
  const response = await fetch(`${url}/api/session`, { headers: { cookie: browser.cookies(url) } });
  return (await response.json()) as Session;
}

describe('with a real provider', () => {
  test.each([
    ['ann', 'admin', false],
    ['ann', 'admin', true],
    ['bob', 'viewer', false],
  ] as const)('%s comes in as %s', async (login, role, inIdToken) => {
    const { url, database } = await stage(inIdToken);
    const browser = createBrowser();
    expect((await signIn(browser, url, login)).href).toBe(`${url}/`);
    expect(await sessionOf(browser, url)).toMatchObject({
      user: { name: `${login}@example.com`, role },
      csrf: expect.any(String),
      sign_in: { oidc: '/sign-in/oidc' },
    });
    const asked = new URL(browser.led.find((each) => each.includes('code_challenge=')) ?? '');
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256');
    expect(asked.searchParams.get('state')).toMatch(/^[\w-]{43}$/);
    expect(asked.searchParams.get('nonce')).toMatch(/^[\w-]{43}$/);
    const { rows } = await pageAudit(database, { limit: 5 });
    expect(rows).toMatchObject([{ who: `${login}@example.com`, how: 'oidc', what: 'sign-in', outcome: 'done' }]);
  });

  test.each(['eve', 'sam'])('%s is in no group that may, and that is on the record', async (login) => {
    const { url, database } = await stage();
    const browser = createBrowser();
    expect((await signIn(browser, url, login)).search).toBe('?problem=group');
    expect((await sessionOf(browser, url)).user).toBeNull();
    // An address that nobody has verified is nobody's name.
    const who = login === 'sam' ? 'sam' : `${login}@example.com`;
    expect((await pageAudit(database, { limit: 5 })).rows).toMatchObject([{ who, what: 'sign-in.refused' }]);
  });

  test('what comes back to another browser, again, or changed, lets nobody in', async () => {
    const { url, errors } = await stage();
    const ann = createBrowser();
    await signIn(ann, url, 'ann');
    const back = ann.led.find((each) => each.startsWith(`${url}/sign-in/oidc/callback?`)) ?? '';
    // Somebody else is sent ann's way back: nobody signs in as another.
    const other = createBrowser();
    expect((await other.open(back)).url.search).toBe('?problem=stale');
    // One who has set out on their own.
    await other.open(`${url}/sign-in/oidc`);
    expect((await other.open(back)).url.search).toBe('?problem=refused');
    expect((await sessionOf(other, url)).user).toBeNull();
    expect(String(errors.at(-1))).toMatch(/state/i);
    // The way back is spent with the first use, whatever came of it.
    expect((await other.open(back)).url.search).toBe('?problem=stale');
  });

  test('who signs in again has one session', async () => {
    const { url, database } = await stage();
    const ann = createBrowser();
    await signIn(ann, url, 'ann');
    await signIn(ann, url, 'ann');
    expect((await sessionOf(ann, url)).user).toMatchObject({ role: 'admin' });
    expect(await database.db.selectFrom('sb_sessions').selectAll().execute()).toHaveLength(1);
  });

  test('a provider that is away: said so, and asked again next time', async () => {
    const database = await openMemory();
    const errors: unknown[] = [];
    const oidc = { issuer: 'http://127.0.0.1:1', clientId: 'x', clientSecret: 'y', admins: ['a'], viewers: [] };
    const { url } = await serve(database, { oidc }, (error) => errors.push(error));
    for (let n = 1; n <= 2; n += 1) {
      expect((await createBrowser().open(`${url}/sign-in/oidc`)).url.search).toBe('?problem=provider');
      expect(errors).toHaveLength(n);
    }
  });
});
