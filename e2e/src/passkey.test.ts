import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebauthnAuth, createWebauthnPages, issueEnrolment } from '@securitybot/auth-webauthn';
import { migrate, openDatabase } from '@securitybot/sql';
import { expect, onTestFinished, test } from 'vitest';
import { givePasskey, hasBrowser, openBrowser } from './browser.js';

const { signal } = new AbortController();

/** The pages at http://localhost, and whatever else is asked for there. */
async function openPages() {
  const database = await openDatabase('sqlite::memory:');
  await migrate(database);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const options = { database, origin, matureMs: 0 };
  const pages = createWebauthnPages(options);
  server.on('request', async (incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming;
    const body = method === 'POST' ? { body: incoming, duplex: 'half' } : {};
    const init = { method, headers: new Headers(headers as Record<string, string>), ...body } as RequestInit;
    const response = (await pages(new Request(new URL(url, origin), init))) ?? new Response('', { status: 404 });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text());
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await database.close();
  });
  return { options, auth: createWebauthnAuth(options) };
}

test.skipIf(!hasBrowser)('a passkey is added by a link, proves by a link, and by no other page', async () => {
  const { options, auth } = await openPages();
  const browser = await openBrowser();
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  await givePasskey(page);

  await page.goto((await issueEnrolment(options, { login: 'ann', by: 'root' })).url);
  await page.getByRole('button', { name: 'Add my passkey' }).click();
  await page.getByText('Your passkey was added.').waitFor();
  expect(await auth.readiness('ann', signal)).toEqual({ ready: true });

  const reason = 'sudo on web-1 <img src=x onerror="document.title=1">';
  const first = await auth.challenge({ id: 'c1', subject: 'ann', reason }, signal);
  await page.goto(first.url ?? '');
  expect(await page.locator('blockquote').textContent()).toBe(reason);
  await page.getByRole('button', { name: 'It was me: use my passkey' }).click();
  await page.getByText('go back to the chat').waitFor();
  expect(await auth.check(first.token, signal)).toBe('approved');
  expect(complaints).toEqual([]);

  await page.goto(first.url ?? '');
  await page.getByRole('heading', { name: 'This link is not good' }).waitFor();

  const second = await auth.challenge({ id: 'c2', subject: 'ann', reason }, signal);
  await page.goto(second.url ?? '');
  await page.getByRole('button', { name: 'I did not ask for this' }).click();
  await page.getByText('The security team looks into it').waitFor();
  expect(await auth.check(second.token, signal)).toBe('fraud');
});

test.skipIf(!hasBrowser)('a browser that has not seen the person adds no passkey', async () => {
  const { options, auth } = await openPages();
  const page = await (await openBrowser()).newPage();
  await givePasskey(page, false);
  await page.goto((await issueEnrolment(options, { login: 'ann', by: 'root' })).url);
  await page.getByRole('button', { name: 'Add my passkey' }).click();
  await page.getByText('Nothing was proven. You can try again.').waitFor();
  expect(await auth.readiness('ann', signal)).toEqual({ ready: false, reason: 'not-enrolled' });
});
