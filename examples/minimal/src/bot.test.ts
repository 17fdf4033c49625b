import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const bot = fileURLToPath(new URL('./bot.ts', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'securitybot-minimal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A conversation piped into the bot, as `npm start` runs it: on the built packages. */
function talk(...lines: readonly string[]) {
  const input = lines.map((line) => `${line}\n`).join('');
  return spawnSync(process.execPath, [bot], { cwd: folder, input, encoding: 'utf8', timeout: 30_000 });
}

function read(query: string) {
  const database = new DatabaseSync(join(folder, 'securitybot.db'));
  try {
    return database.prepare(query).all();
  } finally {
    database.close();
  }
}

const verdicts = () =>
  read('select status, comment, performed, authenticated from alert_status natural join user_responses');
const mutes = () => read('select ldap, title from ignored');

it('asks, takes the proof, and mutes', () => {
  const { status, stdout, stderr } = talk('test', 'yes, I was testing', 'yes', 'approve');
  expect(stderr).toBe('');
  expect(stdout).toContain('[phone, demo] push for ann');
  expect(stdout).toContain("securitybot: Thank you, Test alert is settled. I won't ask about it again for 21 hours.");
  expect(status).toBe(0);
  expect(verdicts()).toEqual([{ status: 2, comment: 'I was testing', performed: 1, authenticated: 1 }]);
  expect(mutes()).toEqual([{ ldap: 'ann', title: 'Test alert' }]);
});

it('reports what is not proven, and mutes nothing', () => {
  const { status, stdout } = talk('test', 'yes, I was testing', 'yes', 'deny');
  expect(stdout).toContain('#security: ann: Test alert (push-denied)');
  expect(status).toBe(0);
  expect(verdicts()).toEqual([{ status: 2, comment: 'I was testing', performed: 1, authenticated: 0 }]);
  expect(mutes()).toEqual([]);
});

it('goes on where it stood when it is started again', () => {
  expect(talk('test', 'yes, I was testing').status).toBe(0);
  expect(verdicts()).toEqual([{ status: 1, comment: '', performed: 0, authenticated: 0 }]);
  const { stdout } = talk('yes', 'approve');
  expect(stdout).toContain('securitybot: Thank you, Test alert is settled.');
  expect(verdicts()).toEqual([{ status: 2, comment: 'I was testing', performed: 1, authenticated: 1 }]);
});
