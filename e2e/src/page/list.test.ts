import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { hasBrowser } from '../browser.js';
import { lookInto } from '../rows.js';
import { newDatabase } from '../temporary.js';
import { fill } from './alerts.js';
import { signIn, startSite } from './stage.js';

const COUNT = 10_000;

async function openList() {
  const database = newDatabase();
  await fill(database, COUNT);
  const site = await startSite(database);
  return { site, ...(await signIn(await site.link('admin'))) };
}

const rows = (page: Page) =>
  page.getByRole('region', { name: 'The list of alerts' }).locator('tbody tr[aria-rowindex]');
const headers = (page: Page) => page.getByRole('columnheader').allTextContents();
/** The texts of a column, of the rows in view. */
const column = (page: Page, name: string) => rows(page).locator(`td[data-column="${name}"]`).allTextContents();

test.skipIf(!hasBrowser)(
  'ten thousand alerts: searched, filtered, turned around; the address shows the same anew',
  async () => {
    const { page, complaints } = await openList();
    await rows(page).first().waitFor();

    await page.locator('body').click({ position: { x: 2, y: 2 } });
    await page.keyboard.press('/');
    await page.keyboard.type('number 4242');
    await expect.poll(() => new URL(page.url()).searchParams.get('search')).toBe('number 4242');
    await page.getByRole('status').filter({ hasText: '1 alert' }).waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByText('200 and more alerts').waitFor();

    await page.getByText('Filters', { exact: true }).click();
    await page.getByLabel('Logins').fill('ben, eve');
    await page.getByRole('combobox', { name: 'Verdict' }).selectOption('escalated');
    await page.getByRole('combobox', { name: 'Cause' }).selectOption('fraud');
    await expect.poll(async () => new Set(await column(page, 'username'))).toEqual(new Set(['ben', 'eve']));
    await expect.poll(async () => new Set(await column(page, 'verdict'))).toEqual(new Set(['fraud']));
    await page.getByRole('button', { name: /When/ }).click();
    await page.getByRole('columnheader', { name: /When ▲/ }).waitFor();
    await expect
      .poll(() => [...new URL(page.url()).searchParams].map((entry) => entry.join('=')).sort())
      .toEqual(['cause=fraud', 'order=oldest', 'usernames=ben', 'usernames=eve', 'verdict=escalated']);
    await expect.poll(() => page.getByRole('status').textContent()).not.toContain('200');
    const shown = await rows(page).allTextContents();
    await page.reload();
    await expect.poll(() => rows(page).allTextContents()).toEqual(shown);

    await page.getByLabel('Since').fill('yesterday-ish');
    await expect.poll(() => page.getByLabel('Since').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('alert').allTextContents()).toEqual([expect.stringMatching(/write ISO 8601/)]);
    expect(await page.getByRole('status').allTextContents()).toEqual(['']);
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByText('200 and more alerts').waitFor();
    expect(complaints.filter((text) => !text.includes('status of 400'))).toEqual([]);
  },
);

test.skipIf(!hasBrowser)(
  'ten thousand alerts scroll to their end, with only those in view in the document',
  { timeout: 120_000 },
  async () => {
    const { page, complaints } = await openList();
    await rows(page).first().waitFor();
    const list = page.getByRole('region', { name: 'The list of alerts' });
    const toEnd = () => list.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    let most = 0;
    await expect
      .poll(
        async () => {
          most = Math.max(most, await rows(page).count());
          await toEnd();
          return page.getByRole('status').textContent();
        },
        { timeout: 100_000, interval: 50 },
      )
      .toMatch(/^10.000 alerts$/);
    await expect
      .poll(async () => {
        await toEnd(); // what came last is below what was the end
        return rows(page).last().getAttribute('aria-rowindex');
      })
      .toBe(String(COUNT + 1));
    expect(most).toBeLessThan(100);

    // How long the browser takes from a wheel's turn to the next picture, all through the list.
    const slow = await list.evaluate(async (box) => {
      const picture = () => new Promise((resolve) => requestAnimationFrame(resolve));
      const took: number[] = [];
      for (let at = box.scrollHeight; at > 0; at -= box.scrollHeight / 100) {
        const before = performance.now();
        box.scrollTo(0, at);
        await picture();
        await picture();
        took.push(performance.now() - before);
      }
      return took.sort((a, b) => a - b)[Math.floor(took.length / 2)];
    });
    expect(slow).toBeLessThan(200);
    expect(complaints).toEqual([]);
  },
);

test.skipIf(!hasBrowser)(
  'columns hide and move, by keyboard, too, and stay so; the export holds what is shown',
  async () => {
    const { site, page, complaints } = await openList();
    await rows(page).first().waitFor();
    await page.getByText('Columns', { exact: true }).click();
    await page.getByLabel('Description', { exact: true }).uncheck();
    await page.getByLabel('Id', { exact: true }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Verdict to the left' }).focus();
    await page.keyboard.press('Enter');
    const chosen = ['When ▼', 'Login', 'Verdict', 'Title', 'Said', 'Status', 'Id'];
    await expect.poll(() => headers(page)).toEqual(chosen);
    await page.goto(`${site.origin}/?usernames=ann&verdict=escalated`);
    await expect.poll(() => headers(page)).toEqual(chosen);
    await expect.poll(async () => new Set(await column(page, 'username'))).toEqual(new Set(['ann']));

    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV' }).click();
    const csv = await readFile(await (await coming).path(), 'utf8');
    const [header, ...lines] = csv.trimEnd().split(/\r?\n/);
    expect(header).toBe('event_time,username,verdict,title,comment,status,id');
    const titles = await column(page, 'title');
    expect(lines.slice(0, titles.length).map((line) => line.split(',')[3])).toEqual(titles);
    expect(lines.every((line) => line.split(',').slice(1, 3).join() === 'ann,escalated')).toBe(true);

    const rest = page.waitForEvent('download');
    await page.getByRole('link', { name: 'NDJSON' }).click();
    const ndjson = (await readFile(await (await rest).path(), 'utf8')).trimEnd().split('\n');
    expect(ndjson).toHaveLength(lines.length);
    expect(Object.keys(JSON.parse(ndjson[0] ?? '{}'))).toEqual(header?.split(','));

    await page.getByText('Columns', { exact: true }).click();
    await page.getByRole('button', { name: 'As usual' }).click();
    await page.getByRole('columnheader', { name: 'Description' }).waitFor();
    expect(complaints).toEqual([]);
  },
);

test.skipIf(!hasBrowser)(
  'what the original writes where nobody answered is not shown as what somebody said',
  async () => {
    const database = newDatabase();
    await fill(database, 3);
    const { db } = await lookInto(database);
    await db.updateTable('sb_tasks').set({ verdict: 'escalated', cause: 'unknown-person' }).execute();
    await db.updateTable('user_responses').set({ comment: 'invalid user', performed: false }).execute();
    const site = await startSite(database);
    const { page } = await signIn(await site.link('viewer'));
    await rows(page).first().waitFor();
    expect(await column(page, 'comment')).toEqual(['–', '–', '–']);
    await rows(page).first().getByRole('link').click();
    await page.getByRole('region', { name: 'Facts' }).getByText('Said').waitFor();
    expect(await page.getByText('invalid user').count()).toBe(0);
  },
);
