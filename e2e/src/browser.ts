import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
  type Page,
} from 'playwright-core';
import { onTestFinished } from 'vitest';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env.SECURITYBOT_TEST_CHROMIUM ?? PLACES.find(existsSync);

if (executablePath === undefined) {
  const reason =
    'there is no Chromium here. Install it (Debian: apt-get install chromium), or name it by SECURITYBOT_TEST_CHROMIUM';
  if (process.env.CI) throw new Error(`Tests in a browser are required under CI: ${reason}.`);
  console.warn(`SKIPPED in a browser: ${reason}.`);
}

/** Whether tests in a browser can run; where they cannot, that is printed, and under `CI` an error. */
export const hasBrowser = executablePath !== undefined;

/** A browser with an empty profile of its own, without a window, until the test is over. */
export async function openBrowser(
  options: Pick<LaunchOptions, 'ignoreDefaultArgs'> & Pick<BrowserContextOptions, 'colorScheme' | 'viewport'> = {},
): Promise<BrowserContext> {
  const profile = mkdtempSync(join(tmpdir(), 'securitybot-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executablePath ?? '',
    headless: true,
    // Nothing is asked of anybody but the page: a closed network refuses what browsers do in the background.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
    ...options,
  });
  onTestFinished(async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  });
  return context;
}

/** A passkey of the browser's own, which sees the person; or does not. */
export async function givePasskey(page: Page, isUserVerified = true): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  });
}
