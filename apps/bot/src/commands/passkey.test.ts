import { describe, expect, test } from 'vitest';
import { desk } from '../fixtures/desk.js';

const { run: runPlain, write } = desk();
const env = { SECURITYBOT_PASSKEY_ORIGIN: 'https://bot.example' };
const run = (args: readonly string[]) => runPlain(args, { env });

describe('securitybot passkey', () => {
  test('enrol prints a link, list and remove know what was added', async () => {
    const { code, out, err } = await run(['passkey', 'enrol', ' Ann ']);
    expect(code).toBe(0);
    expect(out).toMatch(/^https:\/\/bot\.example\/passkey\/enrol\/[\w-]{43}\n$/);
    expect(err).toMatch(/^Good once, until .* chat account has no part in\.\n$/);
    expect(await run(['passkey', 'list'])).toEqual({ code: 0, out: '', err: 'There is no passkey.\n' });

    const id = 'ab'.repeat(32);
    await write(({ db }) =>
      db
        .insertInto('sb_passkeys')
        .values({
          hash: Buffer.from(id, 'hex'),
          login: 'ann',
          credential: 'x',
          public_key: 'x',
          counter: 0,
          added_at: 0,
          added_by: 'root',
        })
        .execute()
        .then(() => {}),
    );
    const listed = await run(['passkey', 'list', 'ann', '--json']);
    expect(JSON.parse(listed.out)).toEqual([
      { id, username: 'ann', added_at: '1970-01-01T00:00:00Z', added_by: 'root', used_at: null, proves: true },
    ]);
    expect(await run(['passkey', 'remove', id])).toEqual({ code: 0, out: '', err: 'The passkey is removed.\n' });
    expect(await run(['passkey', 'remove', id])).toMatchObject({ code: 3, out: '' });
  });

  test('the environment says where the pages are', async () => {
    const { code, err } = await runPlain(['passkey', 'enrol', 'ann']);
    expect(code).toBe(1);
    expect(err).toContain('SECURITYBOT_PASSKEY_ORIGIN is not set');
  });

  test.each([[['enrol', ' ']], [['enrol']], [['enrol', 'ann', '--good-for', '0']], [['remove', '']]])(
    '%j is wrong usage',
    async (args) => {
      expect(await run(['passkey', ...args])).toMatchObject({ code: 2, out: '' });
    },
  );
});
