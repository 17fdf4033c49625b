import { expect, test } from 'vitest';
import { hasBrowser } from '../browser.js';
import { lookInto } from '../rows.js';
import { newDatabase } from '../temporary.js';
import { fill } from './alerts.js';
import { type Site, signIn, startSite } from './stage.js';

// A browser has six connections to a host over HTTP/1.1: pages that kept one each left the seventh without an answer.

async function openFilled(): Promise<Site> {
  const database = newDatabase();
  await fill(database, 3);
  return startSite(database);
}

async function raise(site: Site, title: string): Promise<void> {
  const headers = { authorization: `Bearer ${await site.token('ingest')}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ username: 'ann', title });
  expect((await fetch(`${site.origin}/api/alerts`, { method: 'POST', headers, body })).status).toBe(201);
}

test.skipIf(!hasBrowser)('eight pages in view at once each load, and each shows what happens', async () => {
  const site = await openFilled();
  const { browser, page, complaints } = await signIn(await site.link('admin'));
  const pages = [page];
  while (pages.length < 8) {
    const next = await browser.newPage();
    await next.goto(site.origin, { timeout: 15_000 });
    await next.getByText('3 alerts').waitFor();
    pages.push(next);
  }
  await raise(site, 'while eight look');
  for (const each of pages) await each.getByRole('link', { name: 'while eight look' }).waitFor();

  // The one that has the stream leaves it to another.
  await pages.shift()?.close();
  await raise(site, 'while seven look');
  for (const each of pages) await each.getByRole('link', { name: 'while seven look' }).waitFor();
  expect(complaints).toEqual([]);
});

test.skipIf(!hasBrowser)(
  'a dozen pages are visited by address; those kept to go back to hold no connection, and come back up to date',
  async () => {
    const site = await openFilled();
    const { page, complaints } = await signIn(await site.link('admin'), {
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
    await page.addInitScript(() => {
      addEventListener('pageshow', ({ persisted }) => {
        document.documentElement.dataset.kept = String(persisted);
      });
    });
    for (let n = 1; n <= 12; n += 1) {
      await page.goto(`${site.origin}/?search=${n % 2 === 0 ? 'number' : 'siem'}`, { timeout: 15_000 });
      await page.getByText('3 alerts').waitFor();
    }
    const { db } = await lookInto(site.database);
    await db.updateTable('alerts').set({ title: 'in the meantime' }).execute();
    await page.evaluate(() => history.back());
    await expect.poll(() => page.evaluate(() => document.documentElement.dataset.kept)).toBe('true');
    await page.getByRole('link', { name: 'in the meantime' }).first().waitFor();
    expect(complaints).toEqual([]);
  },
);
