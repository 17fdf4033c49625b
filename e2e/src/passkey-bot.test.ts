import { expect, test } from 'vitest';
import { givePasskey, hasBrowser, openBrowser } from './browser.js';
import { freePort } from './free-port.js';
import { run, start } from './process.js';
import { alertsOf, lookInto } from './rows.js';
import { newDatabase } from './temporary.js';

test.skipIf(!hasBrowser)(
  'the bot sends a link, a passkey proves the answer on its page, and the security team was told of the passkey',
  async () => {
    const database = newDatabase();
    const port = await freePort();
    const env = {
      SECURITYBOT_PASSKEY_ORIGIN: `http://localhost:${port}`,
      SECURITYBOT_HTTP_PORT: String(port),
      SECURITYBOT_HTTP: 'on',
    };
    const bot = start(['start'], { database, env });
    const page = await (await openBrowser()).newPage();
    await givePasskey(page);
    await bot.logs(/lets you in by this link/);

    const { stdout: enrolment } = await run(['passkey', 'enrol', 'ann'], { database, env });
    await page.goto(enrolment.trim());
    await page.getByRole('button', { name: 'Add my passkey' }).click();
    await page.getByText('Your passkey was added.').waitFor();
    await bot.shows(/#security: ann: .* has issued a link to add a passkey/);
    await bot.shows(/#security: ann: a passkey was added/);

    // Too new to prove anything: the security team has it.
    bot.type('test\n');
    await bot.shows('Did you do this?');
    bot.type('yes, too early\n');
    await bot.shows(/#security: ann: .*no-factor/);

    const { db } = await lookInto(database);
    await db.updateTable('sb_passkeys').set({ added_at: 0 }).execute();
    bot.type('test\n');
    await bot.shows('Did you do this?');
    bot.type('yes, I was testing\n');
    await bot.shows('May I do that now?');
    bot.type('yes\n');
    await bot.shows('Please prove it on this page');
    const link = /http:\/\/localhost:\d+\/passkey\/prove\/[\w-]{43}/.exec(bot.stdout())?.[0] ?? '';
    await page.goto(link);
    expect(await page.locator('blockquote').textContent()).toContain('Test alert');
    await page.getByRole('button', { name: 'It was me: use my passkey' }).click();
    await bot.shows(/is settled/);
    bot.hangUp();
    expect((await bot.ended).code).toBe(0);
    const rows = await alertsOf(await lookInto(database), 'ann');
    expect(rows.map(({ performed, authenticated }) => [performed, authenticated]).toSorted()).toEqual([
      [1, 0],
      [1, 1],
    ]);
  },
);
