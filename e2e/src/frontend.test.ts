import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { run, start } from './process.ts';
import { newDatabase } from './temporary.ts';

const WEB = { SECURITYBOT_HTTP: 'on', SECURITYBOT_HTTP_PORT: '0' };
const LINK = /http:\/\/127\.0\.0\.1:\d+\/sign-in#[\w-]{43}/;

async function signIn(link: string) {
  const { origin, hash } = new URL(link);
  const response = await fetch(`${origin}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: hash.slice(1) }),
  });
  const [cookie = ''] = response.headers.getSetCookie();
  const { csrf = '' } = (await response.json()) as { csrf?: string };
  const headers = { cookie: cookie.split(';')[0] ?? '', 'x-csrf-token': csrf, 'content-type': 'application/json' };
  return { status: response.status, origin, headers };
}

test('the first start prints a link, which lets somebody in who raises an alert and sees how it ends', async () => {
  const bot = start(['start'], { database: newDatabase(), env: WEB });
  await bot.logs('sign-in" makes another');
  const [link = ''] = LINK.exec(bot.stderr()) ?? [];
  const { status, origin, headers } = await signIn(link);
  expect(status).toBe(200);
  expect((await signIn(link)).status).toBe(403);

  const alert = { username: 'ann', title: 'sudo', reason: 'sudo -i' };
  const raised = await fetch(`${origin}/api/alerts`, { method: 'POST', headers, body: JSON.stringify(alert) });
  expect(raised.status).toBe(201);
  const { id } = (await raised.json()) as { id: string };
  await bot.shows('Did you do this?');
  bot.type('no, not me\n');
  await bot.shows('ann: sudo (denied)');
  const story = (await (await fetch(`${origin}/api/alerts/${id}`, { headers })).json()) as Record<string, unknown>;
  expect(story).toMatchObject({ status: 'done', verdict: 'escalated', cause: 'denied', answer: { said: 'no' } });

  bot.signal('SIGTERM');
  expect((await bot.ended).code).toBe(0);
  await expect(fetch(origin)).rejects.toThrow();
});

test('alone, too; and who has signed in once is printed no link again', async () => {
  const options = { database: newDatabase(), env: WEB };
  const first = start(['frontend'], options);
  await first.logs('Serving http://');
  const { status } = await signIn(LINK.exec(first.stderr())?.[0] ?? '');
  expect(status).toBe(200);
  first.signal('SIGTERM');
  expect((await first.ended).code).toBe(0);
  const second = start(['frontend'], options);
  await second.logs('Serving http://');
  expect(second.stderr()).not.toMatch(LINK);
});

test('alone, with passkeys: by the name that these are bound to', async () => {
  const env = { ...WEB, SECURITYBOT_PASSKEY_ORIGIN: 'https://securitybot.example.com' };
  const alone = start(['frontend'], { database: newDatabase(), env });
  await alone.logs('Serving http');
  expect(alone.stderr()).toContain('Serving https://securitybot.example.com ');
});

test('a token for a detector raises, and reads nothing', async () => {
  const options = { database: newDatabase(), env: WEB };
  const { stdout } = await run(['token', 'create', '--role', 'ingest', '--expires', '1d'], options);
  const alone = start(['frontend'], options);
  await alone.logs('Serving http://');
  const [origin = ''] = /http:\/\/127\.0\.0\.1:\d+/.exec(alone.stderr()) ?? [];
  const headers = { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' };
  const body = JSON.stringify([{ username: 'ann', title: 'sudo' }]);
  expect((await fetch(`${origin}/api/alerts`, { method: 'POST', headers, body })).status).toBe(200);
  expect((await fetch(`${origin}/api/alerts`, { headers })).status).toBe(403);
});

test('a port that is taken keeps no bot from its work', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  const env = { SECURITYBOT_HTTP: 'on', SECURITYBOT_HTTP_PORT: port };
  const database = newDatabase();
  const bot = start(['start'], { database, env });
  const line = `no page and no API at 127.0.0.1:${port}: another process has that port. Set SECURITYBOT_HTTP_PORT to a free one.`;
  await bot.logs(line);
  bot.type('hi\n');
  await bot.shows('Hello ann!');
  const alone = await run(['frontend'], { database, env });
  taken.close();
  expect(alone).toMatchObject({ code: 1, stderr: `securitybot: ${line}\n` });
  const [only, ...more] = bot.stderr().trimEnd().split('\n');
  expect(only).toMatch(/^securitybot: no page .*\. The bot runs without them; SECURITYBOT_HTTP=off /);
  expect(more).toEqual([]);
});

test('others than this machine are not let in without TLS', async () => {
  const env = { ...WEB, SECURITYBOT_HTTP_HOST: '0.0.0.0' };
  for (const command of ['start', 'frontend']) {
    const { code, stderr } = await run([command], { database: newDatabase(), env });
    expect(code).toBe(1);
    expect(stderr).toContain('nothing keeps what passes secret');
  }
});
