import { expect, test } from 'vitest';
import { hasBrowser } from '../browser.js';
import { go, signIn, startBot } from './stage.js';

test.skipIf(!hasBrowser)(
  'a first start: in by the printed link, an alert raised, its end seen without a reload',
  async () => {
    const bot = await startBot();
    const { browser, page, complaints } = await signIn(bot.firstLink);
    expect(new URL(page.url()).hash).toBe('');
    await page.getByText('There are no alerts yet.').waitFor();

    const list = await browser.newPage();
    await list.goto(bot.origin);
    await list.getByText('There are no alerts yet.').waitFor();

    await go(page, 'Raise an alert');
    await page.getByRole('button', { name: 'Raise it' }).click();
    for (const label of ['Login', 'Title']) {
      const field = page.getByLabel(label, { exact: true });
      await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
      const [, error = ''] = (await field.getAttribute('aria-describedby'))?.split(' ') ?? [];
      expect(await page.locator(`[id="${error}"]`).textContent()).toBe(`write the ${label.toLowerCase()}`);
    }
    expect(await page.getByLabel('Login', { exact: true }).evaluate((field) => field === document.activeElement)).toBe(
      true,
    );

    await page.getByLabel('Login', { exact: true }).fill('ann');
    await page.getByLabel('Title', { exact: true }).fill('sudo');
    await page.getByLabel('Evidence').fill('sudo -i');
    await page.getByRole('button', { name: 'Raise it' }).click();
    await page.getByRole('heading', { name: /^sudo/ }).waitFor();

    await list.getByRole('link', { name: 'sudo' }).waitFor();
    await bot.process.shows('Did you do this?');
    bot.process.type('no, not me\n');
    await bot.process.shows('ann: sudo (denied)');
    await page.getByText('Went to the security team').waitFor();
    await list.getByRole('cell', { name: 'denied' }).waitFor();
    await list.getByRole('cell', { name: 'not me' }).waitFor();
    // A refused try is an error to the browser's console.
    expect(complaints.filter((text) => !text.includes('status of 400'))).toEqual([]);
  },
);

test.skipIf(!hasBrowser)('a link is good once, and whoever signs out is out', async () => {
  const bot = await startBot();
  const { browser, page } = await signIn(bot.firstLink);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('Open the sign-in link').waitFor();
  await page.goto(`${bot.origin}/statistics`);
  await page.getByText('Open the sign-in link').waitFor();
  const other = await browser.newPage();
  await other.goto(bot.firstLink);
  await other.getByRole('alert').getByText('The link was used').waitFor();
});
