import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const story = readFileSync(path('../story.txt'), 'utf8');

/** Runs the tool as its README does: on the built packages. */
function whatIf(input: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [path('./what-if.ts'), ...args], { input, encoding: 'utf8', timeout: 30_000 });
}

it('prints what the README shows', () => {
  const readme = readFileSync(path('../README.md'), 'utf8');
  const { status, stdout, stderr } = whatIf(story);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(readme).toContain(`\`\`\`text\n${story}\`\`\``);
  expect(readme).toContain(`\`\`\`text\n${stdout}\`\`\``);
});

it('shows what another policy would change: high alerts do not wait for Monday', () => {
  expect(whatIf(story).stdout).toContain('2026-11-30T19:06:00.000Z  report no-answer');
  const { stdout } = whatIf(story, '{"titles": {"new browser": {"severity": "high"}}}');
  expect(stdout).toContain('2026-11-28T02:06:00.000Z  report no-answer');
});

it('mutes nothing where the push is denied', () => {
  const { stdout } = whatIf(story.replace('approved', 'denied'));
  expect(stdout).toContain('2026-11-28T01:06:00.000Z  report push-denied');
  expect(stdout).not.toContain('mute until');
  expect(stdout).toContain('"performed":true,"authenticated":false');
});

it('takes a push that nobody answers to its end', () => {
  const { stdout } = whatIf(story.replace('phone approved', 'wait 1h'));
  expect(stdout).toContain('2026-11-28T01:06:30.000Z  send permission-again');
});

it.each(['dance', 'wait for it', 'at noon', 'ann perhaps not', 'phone approved', 'phone expired', 'wait 99999999999h'])(
  'says which line makes no sense: %s',
  (line) => {
    const { status, stderr } = whatIf(`at 2026-11-27T17:00:00-08:00\n${line}\n`);
    expect(stderr).toMatch(/^Line 2 makes no sense here\. Write at, alert, ann, phone or wait/);
    expect(status).toBe(2);
  },
);
