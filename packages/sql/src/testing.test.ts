import { expect, test, vi } from 'vitest';
import { forEachEngine } from './testing.js';

vi.stubEnv('SECURITYBOT_TEST_MYSQL_URL', 'mysql://127.0.0.1:1/');
vi.stubEnv('SECURITYBOT_TEST_POSTGRES_URL', 'postgres://127.0.0.1:1/postgres');

vi.stubEnv('CI', '');
const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
await forEachEngine(({ name, open }) => {
  test('what answers is tested on, what does not is skipped', async () => {
    expect(name).toBe('SQLite');
    expect(await (await open()).db.selectFrom('alerts').selectAll().execute()).toEqual([]);
  });
});
const warnings = warn.mock.calls.flat();

test('a skip is printed with its reason', () => {
  expect(warnings).toEqual([
    expect.stringMatching(/^SKIPPED on MySQL \(SECURITYBOT_TEST_MYSQL_URL\): .*ECONNREFUSED/),
    expect.stringMatching(/^SKIPPED on PostgreSQL \(SECURITYBOT_TEST_POSTGRES_URL\): .*ECONNREFUSED/),
  ]);
});

vi.stubEnv('CI', '1');
const refusal = await forEachEngine(({ name }) => {
  test('before the refusal there is SQLite', () => expect(name).toBe('SQLite'));
}).catch(String);

test('under CI it is an error', () => {
  expect(refusal).toMatch(/Tests on MySQL are required under CI/);
});
