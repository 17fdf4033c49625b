import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { desk, HOSTILE, UNPRINTABLE } from '../fixtures/desk.js';

describe('tokens', () => {
  test('are made, listed and revoked', async () => {
    const { run, write } = desk();
    const created = await run(['token', 'create', '--role', 'ingest', '--expires', '90d', '--name', `siem${HOSTILE}`]);
    expect(created.code).toBe(0);
    expect(created.out).toMatch(/^sbt_[0-9a-f]{16}_[\w-]{43}\n$/);
    expect(created.err).toContain('shown this once');
    const [, id = '', secret = ''] = created.out.trim().split(/^sbt_([0-9a-f]{16})_/);

    const listed = await run(['token', 'list', '--json']);
    const [token] = JSON.parse(listed.out);
    expect(token).toMatchObject({ id, role: 'ingest', used_at: null, revoked_at: null });
    expect(Date.parse(token.expires_at) - Date.parse(token.created_at)).toBe(90 * 86_400_000);
    expect(listed.out).not.toContain(secret);
    expect((await run(['token', 'list'])).out).not.toMatch(UNPRINTABLE);

    expect(await run(['token', 'revoke', id])).toEqual({ code: 0, out: '', err: `Token "${id}" is revoked.\n` });
    expect(await run(['token', 'revoke', id])).toMatchObject({ code: 3, err: expect.stringContaining(id) });
    expect(JSON.parse((await run(['token', 'list', '--json'])).out)[0].revoked_at).not.toBeNull();
    // What was made and what was revoked can be joined.
    await write(async ({ db }) => {
      const entries = await db.selectFrom('sb_audit').select(['what', 'about', 'outcome']).orderBy('id').execute();
      expect(entries).toEqual([
        { what: 'token.create', about: expect.stringMatching(new RegExp(`^${id}: ingest, siem`)), outcome: 'done' },
        { what: 'token.revoke', about: id, outcome: 'done' },
        { what: 'token.revoke', about: id, outcome: 'unchanged' },
      ]);
    });
  });

  test.each([
    [['--role', 'root', '--expires', '90d'], /ingest, viewer, admin/],
    [['--role', 'viewer', '--expires', '90'], /Write days, such as 90d/],
    [['--role', 'viewer', '--expires', '0d'], /Write days/],
    [['--role', 'viewer', '--expires', '9999d'], /from 1d to 730d/],
    [['--role', 'viewer'], /--expires/],
  ])('%j is refused', async (args, message) => {
    const { code, err } = await desk().run(['token', 'create', ...args]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test('no token: said so', async () => {
    expect(await desk().run(['token', 'list'])).toEqual({ code: 0, out: '', err: 'There is no token.\n' });
  });
});

describe('where nothing answers', () => {
  const commands = [['sign-in'], ['token', 'create', '--role', 'viewer', '--expires', '1d']];

  test.each(commands)('%s says what to start', async (...args) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { run } = desk();
    const env = { SECURITYBOT_HTTP_PORT: String(port) };
    const served = await run(args, { env });
    server.close();
    await once(server, 'close');
    const unserved = await run(args, { env });
    const hint = `Nothing answers at http://127.0.0.1:${port} yet: run "securitybot start", or "securitybot frontend"`;
    expect([served.code, unserved.code]).toEqual([0, 0]);
    expect(served.err).not.toContain('Nothing answers');
    expect(unserved.err).toContain(hint);
    const called = await run(args, { env: { ...env, SECURITYBOT_CALLED_AS: 'npx securitybot' } });
    expect(called.err).toContain('run "npx securitybot start"');
    const elsewhere = { SECURITYBOT_HTTP_ORIGIN: 'https://bot.example.com' };
    expect((await run(args, { env: { ...env, ...elsewhere } })).err).not.toContain('Nothing answers');
  });
});

describe('sign-in', () => {
  test('prints a link to where the page is', async () => {
    const { run } = desk();
    expect((await run(['sign-in'])).out).toMatch(/^http:\/\/127\.0\.0\.1:8888\/sign-in#[\w-]{43}\n$/);
    const env = { SECURITYBOT_HTTP_ORIGIN: 'https://bot.example.com' };
    const link = await run(['sign-in', '--role', 'viewer', '--name', 'bob'], { env });
    expect(link.out).toMatch(/^https:\/\/bot\.example\.com\/sign-in#/);
  });

  test('that is the name of the passkeys, where there is no other', async () => {
    const env = { SECURITYBOT_PASSKEY_ORIGIN: 'https://bot.example.com' };
    expect((await desk().run(['sign-in'], { env })).out).toMatch(/^https:\/\/bot\.example\.com\/sign-in#/);
  });

  test.each([
    [{ SECURITYBOT_HTTP: 'off' }, /SECURITYBOT_HTTP is off/],
    [{ SECURITYBOT_HTTP_PORT: '0' }, /SECURITYBOT_HTTP_PORT is 0/],
  ])('with %j it says why not', async (env, message) => {
    const { code, err } = await desk().run(['sign-in'], { env });
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });
});
