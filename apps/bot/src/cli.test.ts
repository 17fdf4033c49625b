import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const BUILT = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'securitybot-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The built command, as a shell runs it. `reads`: so many bytes of its output at the most. */
function securitybot(args: readonly string[], { stdin = '', env = {}, reads = Number.POSITIVE_INFINITY } = {}) {
  return new Promise<Ran>((resolve, reject) => {
    const child = spawn(process.execPath, [BUILT, ...args], {
      env: { PATH: process.env.PATH, SECURITYBOT_DATABASE_URL: `sqlite:${join(folder, 'bot.db')}`, ...env },
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.length >= reads) child.stdout.destroy();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.end(stdin);
  });
}

test('an alert is raised, listed and told', async () => {
  const created = await securitybot(['alert', 'create', '--username', 'ann', '--title', 'sudo']);
  expect(created).toMatchObject({ code: 0, out: expect.stringMatching(/^[0-9a-f]{64}\n$/), err: '' });
  const id = created.out.trim();
  const listed = await securitybot(['alert', 'list', '--csv', '--columns', 'id,username']);
  expect(listed).toEqual({ code: 0, out: `id,username\r\n${id},ann\r\n`, err: '' });
  expect((await securitybot(['alert', 'show', id.slice(0, 12)])).out).toContain(`alert       ${id}`);
});

test('lines on stdin are raised; whoever stops reading the list ends it quietly', async () => {
  const line = (n: number) => `{"username":"bob","title":"title ${n}","reason":"${'x'.repeat(2000)}"}\n`;
  const stdin = Array.from({ length: 300 }, (_, n) => line(n)).join('');
  const raised = await securitybot(['alert', 'create', '--from', '-'], { stdin });
  expect(raised).toMatchObject({ code: 0, err: '' });
  expect(raised.out.trimEnd().split('\n')).toHaveLength(300);
  const cut = await securitybot(['alert', 'list', '--json', '--limit', '1000'], { reads: 10 });
  expect(cut).toMatchObject({ code: 0, err: '' });
});

test('doctor, and an empty database', async () => {
  const { code, out, err } = await securitybot(['doctor'], { env: { SECURITYBOT_DATABASE_URL: 'sqlite::memory:' } });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^ok {4}configuration /);
  expect(out).toMatch(/^warn {2}schema /m);
});

test('a configuration that cannot be used is told without a stack', async () => {
  const config = join(folder, 'bot.yaml');
  writeFileSync(config, 'answer: soon\n');
  const { code, out, err } = await securitybot(['start'], { env: { SECURITYBOT_CONFIG: config } });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^securitybot: The configuration cannot be used:\n.*bot\.yaml:1:\d+: .*\n$/);
});
