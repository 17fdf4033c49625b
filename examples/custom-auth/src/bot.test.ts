import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateSync } from 'otplib';
import { expect, it, onTestFinished } from 'vitest';

function createDesk() {
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-custom-auth-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const run = (file: string, args: readonly string[], input = '') => {
    const path = fileURLToPath(new URL(file, import.meta.url));
    return spawnSync(process.execPath, [path, ...args], { cwd: folder, input, encoding: 'utf8', timeout: 30_000 });
  };
  return {
    enrol: (account: string) => new URL(run('./enrol.ts', [account]).stdout).searchParams.get('secret') ?? '',
    talk: (...lines: readonly string[]) => run('./bot.ts', [], lines.map((line) => `${line}\n`).join('')),
  };
}

it('takes a code that is typed in the chat', () => {
  const { enrol, talk } = createDesk();
  const secret = enrol('ann');
  const { stdout, stderr } = talk('test', 'yes, I was testing', 'yes', `code ${generateSync({ secret })}`);
  expect(stderr).not.toContain('Error');
  expect(stdout).toContain('securitybot: That is the code.');
  expect(stdout).toContain('securitybot: Thank you, Test alert is settled.');
});

it('takes three wrong codes to the security team', () => {
  const { enrol, talk } = createDesk();
  enrol('ann');
  const { stdout } = talk('test', 'yes, I was testing', 'yes', 'code 1', 'code 2', 'code 3');
  expect(stdout).toContain('#security: ann: Test alert (push-denied)');
});

it('asks nobody for a code who is not enrolled', () => {
  const { talk } = createDesk();
  expect(talk('test', 'yes, I was testing').stdout).toContain('#security: ann: Test alert (no-factor)');
});
