import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it, onTestFinished, vi } from 'vitest';
import { create } from './create.ts';

const DOWN = '\u001b[B';
const ENTER = '\r';
const CTRL_C = '\u0003';

/** Somebody at a terminal, or a script without one. */
async function createDesk({ isInteractive = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'create-securitybot-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 200, rows: 50 });
  let shown = '';
  const add = (text: string) => {
    shown += text;
  };
  output.on('data', (chunk) => add(String(chunk)));
  const bot = join(folder, 'bot');
  return {
    bot,
    shown: () => shown,
    run: (...args: readonly string[]) => create(args, { input, output, out: add, err: add, isInteractive }),
    async answers(question: string, ...keys: readonly string[]) {
      await vi.waitFor(() => expect(shown).toContain(question), { timeout: 10_000 });
      shown = '';
      for (const key of keys) input.write(key);
    },
    read: (path: string) => readFile(join(bot, path), 'utf8'),
  };
}

it('asks for folder, chat, second factor and database', async () => {
  const { bot, run, answers, read, shown } = await createDesk();
  const done = run();
  await answers('Which folder?', bot, ENTER);
  await answers('Where are people asked?', DOWN, ENTER);
  await answers('How do they prove', DOWN, ENTER);
  await answers('Where are the alerts?', DOWN, DOWN, ENTER);
  expect(await done).toBe(0);
  expect(shown()).toContain('npm install');
  expect(await read('README.md')).toContain('Slack, Duo, PostgreSQL');
});

it('asks only for what the flags leave open', async () => {
  const { bot, run, answers, read } = await createDesk();
  const done = run(bot, '--chat', 'zulip', '--database', 'mysql');
  await answers('How do they prove', ENTER);
  expect(await done).toBe(0);
  expect(await read('README.md')).toContain('Zulip, Demo, MySQL or MariaDB');
});

it('writes nothing when somebody changes their mind', async () => {
  const { bot, run, answers, shown } = await createDesk();
  const done = run(bot);
  await answers('Where are people asked?', CTRL_C);
  expect(await done).toBe(130);
  expect(shown()).toContain('Nothing was written.');
  expect(existsSync(bot)).toBe(false);
});

it('asks nothing with --yes', async () => {
  const { bot, run, read, shown } = await createDesk({ isInteractive: false });
  expect(await run(bot, '--yes')).toBe(0);
  expect(shown()).toContain('npm start');
  expect(await read('README.md')).toContain('Terminal, Demo, SQLite');
});

it('asks nothing when all is said', async () => {
  const { bot, run, read } = await createDesk({ isInteractive: false });
  expect(await run(bot, '--chat', 'slack', '--auth', 'webauthn', '--database', 'mysql')).toBe(0);
  expect(await read('README.md')).toContain('Slack, Passkeys, MySQL or MariaDB');
});

it('says what is missing where nobody can be asked', async () => {
  const { bot, run, shown } = await createDesk({ isInteractive: false });
  expect(await run(bot, '--chat', 'slack')).toBe(2);
  expect(shown()).toContain('--database <sqlite|mysql|postgres>');
  expect(existsSync(bot)).toBe(false);
});

it.each([
  [['--chat', 'irc'], 2, 'Use one of terminal, slack, zulip'],
  [['--help'], 0, 'Usage: create-securitybot [folder]'],
  [['--version'], 0, /^\d+\.\d+\.\d+/],
])('%j ends with %i', async (args, code, text) => {
  const { run, shown } = await createDesk({ isInteractive: false });
  expect(await run(...args)).toBe(code);
  expect(shown()).toMatch(text);
});

it('does not write into what is there', async () => {
  const { bot, run, shown } = await createDesk({ isInteractive: false });
  expect(await run(bot, '--yes')).toBe(0);
  expect(await run(bot, '--yes', '--chat', 'slack')).toBe(1);
  expect(shown()).toContain('is not empty');
});
