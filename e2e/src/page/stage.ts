import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openBrowser } from '../browser.js';
import { type Running, type RunOptions, run, start } from '../process.js';
import { newDatabase } from '../temporary.js';

const LINK = /http:\/\/127\.0\.0\.1:\d+\/sign-in#[\w-]{43}/;
const ON = { SECURITYBOT_HTTP: 'on', SECURITYBOT_HTTP_PORT: '0' };

/** A front end that runs, and its database. */
export interface Site {
  readonly process: Running;
  readonly database: string;
  readonly origin: string;
  /** Another link to sign in with. */
  link(role: 'admin' | 'viewer'): Promise<string>;
  /** The secret of a token. */
  token(role: 'ingest' | 'viewer' | 'admin'): Promise<string>;
}

function siteOf(process: Running, database: string, origin: string): Site {
  const command = async (...args: string[]) => {
    const env = { ...ON, SECURITYBOT_HTTP_PORT: new URL(origin).port };
    const { code, stdout, stderr } = await run(args, { database, env });
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    return stdout.trim();
  };
  return {
    process,
    database,
    origin,
    link: (role) => command('sign-in', '--role', role, '--name', 'bob'),
    token: (role) => command('token', 'create', '--role', role, '--expires', '1d'),
  };
}

/** A bot that starts for the first time, and the link that it prints. `how`: by default the built bot. */
export async function startBot(
  env: Readonly<Record<string, string>> = {},
  how: Pick<RunOptions, 'command' | 'cwd'> = {},
): Promise<Site & { readonly firstLink: string }> {
  const database = newDatabase();
  const process = start(['start'], { database, env: { ...ON, ...env }, ...how });
  await process.logs('sign-in" makes another');
  const [firstLink = ''] = LINK.exec(process.stderr()) ?? [];
  return { ...siteOf(process, database, new URL(firstLink).origin), firstLink };
}

/** The page and the API without a bot. */
export async function startSite(database = newDatabase()): Promise<Site> {
  const process = start(['frontend'], { database, env: ON });
  await process.logs('Serving http://');
  const [, origin = ''] = /Serving (http:\/\/127\.0\.0\.1:\d+)/.exec(process.stderr()) ?? [];
  return siteOf(process, database, origin);
}

/** What the browser complains of: errors of scripts, and whatever its console calls an error, what CSP refuses among it. */
function listenForComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
  page.on('pageerror', (error) => void complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return complaints;
}

/** Somebody who opens a link, and is in. */
export async function signIn(link: string, options?: Parameters<typeof openBrowser>[0]) {
  const browser = await openBrowser(options);
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  const complaints = listenForComplaints(page);
  await page.goto(link);
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return { browser, page, complaints };
}

/** By the links at the top, as people go: the page is not loaded anew. */
export async function go(page: Page, to: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: to, exact: true }).click();
}

/** With SECURITYBOT_TEST_PICTURES=1 the page as it is now, for the docs: `docs/images/NAME.png`. */
export async function picture(page: Page, name: string, options: { readonly fullPage?: true } = {}): Promise<void> {
  if (process.env.SECURITYBOT_TEST_PICTURES !== '1') return;
  const path = fileURLToPath(new URL(`../../../docs/images/${name}.png`, import.meta.url));
  await page.screenshot({ path, ...options });
}
