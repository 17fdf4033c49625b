import { expect, test } from 'vitest';
import { hasBrowser } from '../browser.js';
import { lookInto } from '../rows.js';
import { newDatabase } from '../temporary.js';
import { fill } from './alerts.js';
import { go, picture, signIn, startSite } from './stage.js';

test.skipIf(!hasBrowser)(
  'the blacklist is added to and taken from, a mute is ended, and all of it is on the record',
  async () => {
    const site = await startSite();
    const { page, complaints } = await signIn(await site.link('admin'));
    await go(page, 'Blacklist');
    await page.getByText('Nobody is on it.').waitFor();
    await page.getByLabel('Login').fill('Carla');
    await page.getByLabel('Why').fill('on leave');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('row', { name: /carla .* on leave/i }).waitFor();
    expect(await page.getByLabel('Login').inputValue()).toBe('');
    await page.getByRole('button', { name: /^Take off carla$/i }).click();
    await page.getByText('Nobody is on it.').waitFor();

    const { db } = await lookInto(site.database);
    await db
      .insertInto('ignored')
      .values({ ldap: 'ann', title: 'sudo', reason: 'at work', until: '2099-01-01 00:00:00' })
      .execute();
    await go(page, 'Ignored');
    await page.getByRole('row', { name: /ann sudo .* at work/ }).waitFor();
    await page.getByRole('button', { name: 'End the mute of sudo for ann' }).click();
    await page.getByText('Nothing is muted.').waitFor();

    await go(page, 'Audit');
    await expect.poll(async () => page.locator('tbody tr').count()).toBeGreaterThanOrEqual(4);
    const record = (await page.locator('tbody tr').allTextContents()).join('\n');
    for (const entry of [
      /bob.*opt-out\.put.*carla.*done/i,
      /bob.*opt-out\.remove.*carla.*done/i,
      /bob.*ann.*sudo.*done/,
      /bob.*sign-in/,
    ])
      expect(record).toMatch(entry);
    expect(complaints).toEqual([]);
  },
);

test.skipIf(!hasBrowser)('statistics show which titles are noise, and lead to their alerts', async () => {
  const database = newDatabase();
  await fill(database, 500, 3_600_000);
  const site = await startSite(database);
  const { page, complaints } = await signIn(await site.link('viewer'));
  await go(page, 'Statistics');
  await page.getByRole('img', { name: 'Alerts by day and verdict' }).waitFor();
  await picture(page, 'statistics');
  await page.getByRole('row', { name: /^1 min to 5 min / }).waitFor();
  const row = page.getByRole('row', { name: /^sudo on a production host/ });
  const [count = '', share = ''] = await row.getByRole('cell').allTextContents();
  expect(Number(count)).toBeGreaterThan(200);
  expect(Number.parseInt(share, 10)).toBeGreaterThan(80);
  await page.getByLabel('Of').selectOption({ label: 'the last day' });
  await expect.poll(() => new URL(page.url()).search).toBe('?after=-1d');
  await page.getByText(/^24 alerts|^25 alerts/).waitFor();
  await page.getByRole('link', { name: 'sudo on a production host' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('titles')).toBe('sudo on a production host');
  await page.getByRole('region', { name: 'The list of alerts' }).waitFor();
  expect(complaints).toEqual([]);
});
