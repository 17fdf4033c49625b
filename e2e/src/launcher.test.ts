import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { LAUNCHER } from './process.js';

const runFile = promisify(execFile);

/** Stands for pnpm, and leaves behind what an installation and a build do: folders beside the sources. */
const PNPM = `#!/bin/sh
[ "$1" = --version ] && echo 99.0.0 && exit
mkdir -p packages/core/node_modules packages/core/dist apps/bot/node_modules apps/bot/dist
echo 'console.log("ran")' > apps/bot/dist/cli.js
`;

/** A clone that was never built, with one source. @returns runs its launcher, and gives what that says of building. */
function clone() {
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  for (const name of ['tools', 'bin', 'packages/core/src', 'apps/bot']) mkdirSync(path(name), { recursive: true });
  for (const name of ['securitybot.mjs', 'toolchain.mjs'])
    copyFileSync(join(dirname(LAUNCHER), name), path(`tools/${name}`));
  writeFileSync(path('bin/pnpm'), PNPM, { mode: 0o755 });
  writeFileSync(path('packages/core/src/index.ts'), '');
  return {
    path,
    async launch() {
      const env = { ...process.env, PATH: `${path('bin')}:${process.env.PATH}` };
      const { stdout, stderr } = await runFile(process.execPath, [path('tools/securitybot.mjs')], { env });
      expect(stdout).toBe('ran\n');
      return stderr;
    },
  };
}

test('what the first command installed and built is not stale for the second', async () => {
  const { launch } = clone();
  expect(await launch()).toBe('Installing what securitybot needs …\nBuilding it …\n');
  expect(await launch()).toBe('');
});

test('a source that was changed, added or removed is built again, once', async () => {
  const { path, launch } = clone();
  await launch();
  const changes = [
    () => writeFileSync(path('packages/core/src/index.ts'), 'export {};'),
    () => writeFileSync(path('packages/core/src/more.ts'), ''),
    () => rmSync(path('packages/core/src/more.ts')),
  ];
  for (const change of changes) {
    change();
    expect(await launch()).toContain('Building it …');
    expect(await launch()).toBe('');
  }
});
