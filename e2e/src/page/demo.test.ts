import { expect, test } from 'vitest';
import { hasBrowser } from '../browser.js';
import { BY_NPM } from '../process.js';
import { findings, tooWide } from './axe.js';
import { go, picture, signIn, startBot, startSite } from './stage.js';

test.skipIf(!hasBrowser)(
  'npm start, and both sides in one window: asked, answered, approved on the phone, seen confirmed',
  async () => {
    const bot = await startBot({}, BY_NPM);
    const { browser, page, complaints } = await signIn(bot.firstLink);
    const list = await browser.newPage();
    await list.goto(bot.origin);

    await go(page, 'Demo room');
    await page.getByText('what is confirmed here proves nothing').waitFor();
    await page.getByRole('heading', { name: 'There is no alert yet' }).waitFor();
    await page.getByRole('link', { name: 'Raise one for ann' }).click();
    await page.getByLabel('Title', { exact: true }).fill('sudo on a production host');
    await page.getByLabel('Evidence').fill('sudo -s on web-1, from 10.0.0.7');
    await page.getByRole('button', { name: 'Raise it' }).click();
    await page.getByRole('heading', { name: /^sudo/ }).waitFor();
    await page.getByRole('link', { name: 'Answer it in the demo room' }).click();
    const chat = page.getByRole('log');
    await chat.getByText('Did you do this?').waitFor();
    const say = async (text: string) => {
      await page.getByLabel('Say').fill(text);
      await page.keyboard.press('Enter');
    };
    await say('yes, I was testing');
    await chat.getByText('ann: yes, I was testing').waitFor();
    await chat.getByText('May I do that now?').waitFor();
    await say('yes');
    const phone = page.getByRole('region', { name: 'Pretend phone' });
    await phone.getByText('sudo on a production host').waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: /A push was sent$/ })
      .waitFor();
    await picture(page, 'demo-room', { fullPage: true });
    expect(await findings(page)).toEqual([]);
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await tooWide(page)).toBe(0);
    if (size) await page.setViewportSize(size);
    await phone.getByRole('button', { name: 'Approve' }).click();
    await phone.getByText('Nothing to answer.').waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Confirmed' }).waitFor();
    await list.getByRole('cell', { name: 'confirmed' }).waitFor();
    await list.getByRole('link', { name: 'sudo' }).click();
    await list
      .getByRole('listitem')
      .filter({ hasText: /Confirmed.*by their second factor/ })
      .waitFor();
    await picture(list, 'alert', { fullPage: true });
    await bot.process.shows('ann: yes, I was testing');
    await bot.process.shows('[phone, demo] approved');
    // What is typed at the terminal is seen here, too.
    bot.process.type('help\n');
    await chat.getByText('ann: help').waitFor();
    await go(page, 'Audit');
    for (const what of ['demo.say', 'demo.answer']) await page.getByRole('cell', { name: what }).first().waitFor();
    await page.getByRole('link', { name: /^[0-9a-f]{12}…$/ }).click();
    await page.getByRole('heading', { name: /^sudo/ }).waitFor();
    expect(complaints).toEqual([]);

    bot.process.signal('SIGTERM');
    expect((await bot.process.ended).code).toBe(0);
  },
);

const THERE = [
  'GET /api/demo',
  'POST /api/demo/chat {"text":"yes"}',
  'POST /api/demo/phone {"id":"1","answer":"approved"}',
];

async function statuses(origin: string, headers: Record<string, string>): Promise<number[]> {
  return Promise.all(
    THERE.map(async (line) => {
      const [method = '', path = '', body] = line.split(' ');
      const json = { ...headers, 'content-type': 'application/json' };
      const response = await fetch(origin + path, { method, headers: json, ...(body === undefined ? {} : { body }) });
      await response.body?.cancel();
      return response.status;
    }),
  );
}

test.skipIf(!hasBrowser)('only an admin who is signed in has a demo room', async () => {
  const bot = await startBot();
  const { page } = await signIn(await bot.link('viewer'));
  expect(await page.getByRole('link', { name: 'Demo room' }).count()).toBe(0);
  await page.goto(`${bot.origin}/demo`);
  await page.getByRole('heading', { name: 'This page is for admins' }).waitFor();
  expect(await page.evaluate(async () => (await fetch('/api/demo')).status)).toBe(403);
  expect(await statuses(bot.origin, {})).toEqual([401, 401, 401]);
  for (const role of ['ingest', 'viewer', 'admin'] as const) {
    expect(await statuses(bot.origin, { authorization: `Bearer ${await bot.token(role)}` })).toEqual([403, 403, 403]);
  }
  expect(bot.process.stdout()).toBe('');
});

/** Where nobody answers: a bot starts all the same. */
const DUO = {
  DUO_INTEGRATION_KEY: 'DIXXXXXXXXXXXXXXXXXX',
  DUO_SECRET_KEY: 'x'.repeat(40),
  DUO_API_HOST: '127.0.0.1:1',
};

test.skipIf(!hasBrowser).each([
  ['a bot that has a real second factor', () => startBot(DUO)],
  ['the page without a bot', () => startSite()],
])('there is no demo room in %s', async (_, begin) => {
  const site = await begin();
  const { page } = await signIn(await site.link('admin'));
  expect(await page.getByRole('link', { name: 'Demo room' }).count()).toBe(0);
  await page.goto(`${site.origin}/demo`);
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  expect(await page.evaluate(async () => (await (await fetch('/api/session')).json()).demo)).toBe(false);
  expect(await statuses(site.origin, { authorization: `Bearer ${await site.token('admin')}` })).toEqual([
    404, 404, 404,
  ]);
});
