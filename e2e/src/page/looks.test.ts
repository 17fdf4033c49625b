import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { hasBrowser } from '../browser.js';
import { newDatabase } from '../temporary.js';
import { fill } from './alerts.js';
import { findings, tooWide } from './axe.js';
import { picture, type Site, signIn, startSite } from './stage.js';

const PAGES = [
  '/',
  '/statistics',
  '/ignored',
  '/blacklist',
  '/raise',
  '/audit',
  '/nowhere',
  '/alerts/no-such',
] as const;

async function openFilled() {
  const database = newDatabase();
  await fill(database, 60, 7_200_000);
  const site = await startSite(database);
  const token = await site.token('admin');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const call = async (method: string, path: string, body: unknown): Promise<{ readonly id?: string }> =>
    (await fetch(site.origin + path, { method, headers, body: JSON.stringify(body) })).json();
  return { site, call };
}

/** Every page, with something on it, the address of an alert among them. */
async function pagesOf({ origin }: Site, page: Page): Promise<string[]> {
  await page.goto(origin);
  const alert = await page
    .getByRole('region', { name: 'The list of alerts' })
    .getByRole('link')
    .first()
    .getAttribute('href');
  return [...PAGES, alert ?? ''].map((path) => origin + path);
}

async function settle(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('main').waitFor();
  await expect.poll(() => page.getByText(/^Loading/).count()).toBe(0);
}

test.skipIf(!hasBrowser).each(['light', 'dark'] as const)(
  'axe finds nothing on any page, in %s',
  { timeout: 120_000 },
  async (colorScheme) => {
    const { site, call } = await openFilled();
    await call('PUT', '/api/blacklist', { username: 'carla', reason: 'on leave' });
    const { page, complaints } = await signIn(await site.link('admin'), {
      colorScheme,
      viewport: { width: 1000, height: 600 },
    });
    const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(background).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 28)');
    for (const url of await pagesOf(site, page)) {
      await settle(page, url);
      if (url === `${site.origin}/`) await picture(page, colorScheme === 'dark' ? 'alerts-dark' : 'alerts');
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect([url, await findings(page)]).toEqual([url, []]);
    }
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Open the sign-in link').waitFor();
    expect(await findings(page)).toEqual([]);
    expect(complaints.filter((text) => !text.includes('status of 400'))).toEqual([]);
  },
);

test.skipIf(!hasBrowser)('a telephone shows each page without scrolling sideways', { timeout: 120_000 }, async () => {
  const { site, call } = await openFilled();
  await call('PUT', '/api/blacklist', { username: `l${'o'.repeat(200)}ng`, reason: 'w'.repeat(200) });
  const { id } = await call('POST', '/api/alerts', {
    username: 'ann',
    title: 'T'.repeat(250),
    description: 'd'.repeat(5000),
    reason: 'r'.repeat(5000),
    url: `https://siem.example/${'u'.repeat(1000)}`,
  });
  const { page } = await signIn(await site.link('admin'), { viewport: { width: 320, height: 640 } });
  for (const url of [...(await pagesOf(site, page)), `${site.origin}/alerts/${id}`]) {
    await settle(page, url);
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect([url, await tooWide(page)]).toEqual([url, 0]);
  }
});

test.skipIf(!hasBrowser)('the chosen colours are kept; the tab key goes through the page in its order', async () => {
  const { site } = await openFilled();
  const { page } = await signIn(await site.link('admin'), { colorScheme: 'light' });
  await page.getByLabel('Colours').selectOption('dark');
  await page.goto(`${site.origin}/ignored`);
  await page.getByText('Nothing is muted.').waitFor();
  expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe('rgb(20, 23, 28)');

  await page.goto(site.origin);
  await page.getByRole('region', { name: 'The list of alerts' }).waitFor();
  const names: string[] = [];
  for (let n = 0; n < 17; n += 1) {
    await page.keyboard.press('Tab');
    names.push(
      await page.evaluate(() => {
        const { activeElement: here } = document;
        return (
          here?.getAttribute('aria-label') ?? (here instanceof HTMLInputElement ? here.type : (here?.textContent ?? ''))
        );
      }),
    );
  }
  const shown =
    'To the content|Alerts|Statistics|Ignored|Blacklist|Raise an alert|Audit|Colours|Sign out|search|Filters|CSV|NDJSON|Columns|The list of alerts|When ▼';
  expect(names.slice(0, 16).join('|')).toBe(shown);

  await page.goto(`${site.origin}/blacklist`);
  await page.getByRole('heading', { name: 'Blacklist' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
});

const HOSTILE = [
  '<img src=x onerror="alert(1)"><script>alert(2)</script>',
  '{{7*7}}<svg/onload=alert(3)>',
  '=HYPERLINK("https://evil.example","x")',
  '\u202eevil\u2066\u0000\u001b[2J"\'`</textarea>',
];

test.skipIf(!hasBrowser)('hostile text in every field is shown as text, and runs nothing', async () => {
  const { site, call } = await openFilled();
  const links: string[] = [];
  for (const text of HOSTILE) {
    const alert = {
      username: `x ${text}`,
      title: text,
      description: text,
      reason: text,
      url: `javascript:alert(4)//${text}`,
    };
    const { id } = await call('POST', '/api/alerts', alert);
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    links.push(`/alerts/${id}`);
    await call('PUT', '/api/blacklist', { username: `x ${text}`, reason: text });
  }
  const { page, complaints } = await signIn(await site.link('admin'));
  for (const path of ['/', '/blacklist', '/audit', '/statistics', ...links]) {
    await settle(page, site.origin + path);
    if (path !== '/statistics')
      await page
        .getByText('onerror="alert(1)"')
        .or(page.getByText('7*7'))
        .or(page.getByText('HYPERLINK'))
        .or(page.getByText('</textarea>'))
        .first()
        .waitFor();
    expect(await page.locator('main img, main script, main svg[onload], a[href^="javascript:"]').count()).toBe(0);
  }
  expect(complaints).toEqual([]);

  await page.goto(`${site.origin}/?search=${encodeURIComponent('<script>alert(5)</script>')}&order=%3Cb%3E`);
  await page.getByText('No alert is like that.').waitFor();
  await page.goto(`${site.origin}/alerts/${encodeURIComponent('<script>alert(6)</script>')}`);
  await page.getByRole('alert').waitFor();
  expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
});
