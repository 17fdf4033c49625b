import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { hasBrowser } from '../browser.js';
import { lookInto } from '../rows.js';
import { newDatabase } from '../temporary.js';
import { fill } from './alerts.js';
import { signIn, startSite } from './stage.js';

const CHANGES: readonly [method: string, path: string, body?: unknown][] = [
  ['POST', '/api/alerts', { username: 'ann', title: 'sudo' }],
  ['PUT', '/api/blacklist', { username: 'ann' }],
  ['DELETE', '/api/blacklist?username=ben'],
  ['DELETE', '/api/ignored?username=ann&title=sudo'],
];
const READS = [
  '/api/alerts',
  '/api/alerts/AN_ID',
  '/api/ignored',
  '/api/blacklist',
  '/api/stats',
  '/api/events',
  '/api/audit',
];

/** Asks as the page does: from it, with its cookie and its CSRF token. */
async function ask(page: Page, method: string, path: string, body?: unknown): Promise<number> {
  return page.evaluate(
    async ([method, path, body]) => {
      const { csrf } = await (await fetch('/api/session')).json();
      const response = await fetch(path, {
        method,
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrf ?? '' },
        ...(body === '' ? {} : { body }),
      });
      return response.status;
    },
    [method, path, body === undefined ? '' : JSON.stringify(body)] as const,
  );
}

test.skipIf(!hasBrowser)('a viewer sees everything, is offered no change, and is refused each', async () => {
  const database = newDatabase();
  await fill(database, 3);
  const site = await startSite(database);
  const { db } = await lookInto(database);
  await db
    .insertInto('ignored')
    .values({ ldap: 'ann', title: 'sudo', reason: '', until: '2099-01-01 00:00:00' })
    .execute();
  await db.insertInto('blacklist').values({ ldap: 'ben' }).execute();
  const { page } = await signIn(await site.link('viewer'));
  const links = page.getByRole('navigation').getByRole('link');
  expect(await links.allTextContents()).toEqual(['Alerts', 'Statistics', 'Ignored', 'Blacklist']);
  const own = async () => page.getByRole('main').getByRole('button').allTextContents();

  await page.goto(`${site.origin}/blacklist`);
  await page.getByRole('cell', { name: 'ben' }).waitFor();
  expect(await own()).toEqual([]);
  expect(await page.getByRole('main').locator('input').count()).toBe(0);
  await page.goto(`${site.origin}/ignored`);
  await page.getByRole('cell', { name: 'sudo' }).waitFor();
  expect(await own()).toEqual([]);
  for (const hidden of ['raise', 'audit']) {
    await page.goto(`${site.origin}/${hidden}`);
    await page.getByRole('heading', { name: 'This page is for admins' }).waitFor();
  }

  for (const [method, path, body] of CHANGES) expect([path, await ask(page, method, path, body)]).toEqual([path, 403]);
  expect(await ask(page, 'GET', '/api/audit')).toBe(403);
  expect(await db.selectFrom('blacklist').select('ldap').execute()).toEqual([{ ldap: 'ben' }]);
  expect(await db.selectFrom('ignored').select('ldap').execute()).toEqual([{ ldap: 'ann' }]);
  expect(await db.selectFrom('alerts').select('ldap').execute()).toHaveLength(3);
});

test('an ingest token raises and reads nothing; without a token there is nothing', async () => {
  const site = await startSite();
  const fetchAs = async (token: string | undefined, method: string, path: string, body?: unknown) => {
    const response = await fetch(site.origin + path.replace('AN_ID', 'ab'.repeat(32)), {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    await response.body?.cancel();
    return response.status;
  };
  const ingest = await site.token('ingest');
  for (const path of READS) {
    expect([path, await fetchAs(ingest, 'GET', path)]).toEqual([path, 403]);
    expect([path, await fetchAs(undefined, 'GET', path)]).toEqual([path, 401]);
    expect([path, await fetchAs('made up', 'GET', path)]).toEqual([path, 401]);
  }
  for (const [method, path, body] of CHANGES) {
    expect([path, await fetchAs(undefined, method, path, body)]).toEqual([path, 401]);
    expect([path, await fetchAs(ingest, method, path, body)]).toEqual([path, path === '/api/alerts' ? 201 : 403]);
  }
});
