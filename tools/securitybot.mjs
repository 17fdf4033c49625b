#!/usr/bin/env node
// The securitybot command on a clone of the repository: brings the tools, installs and builds what is stale, and runs
// apps/bot. What that prints goes to stderr; stdin and stdout are the command's own.
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { prepare, root, run } from './toolchain.mjs';

const stamp = join(root, 'node_modules', '.securitybot-built');
const lock = join(root, 'node_modules', '.securitybot-building');
const cli = join(root, 'apps', 'bot', 'dist', 'cli.js');
/** By itself, Node.js keeps a burst's garbage for hundreds of MB, as the machine has them. docs/performance.md has the figures. */
const SMALL = ['--max-semi-space-size=8', '--heap-growing-percent=30'];
process.env.MALLOC_ARENA_MAX ??= '2';

/** The last change below a folder, in ms; what a build makes does not count. */
function changed(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.mtimeMs ?? 0;
  const names = readdirSync(path).filter(
    (name) => !/^(node_modules|dist|\.turbo|coverage)$|\.test\.ts$|\.md$/.test(name),
  );
  return Math.max(stats.mtimeMs, ...names.map((name) => changed(join(path, name))));
}

function isStale() {
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined || statSync(cli, { throwIfNoEntry: false }) === undefined) return true;
  const sources = ['packages', 'apps', 'package.json', 'pnpm-lock.yaml', 'tsconfig.base.json', 'tsup.config.ts'];
  return sources.some((path) => changed(join(root, path)) > built);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands at once build one after the other: the second then finds nothing stale. */
async function alone(work) {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  for (;;) {
    try {
      const file = openSync(lock, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const owner = Number(readFileSync(lock, 'utf8') || Number.NaN);
      if (owner > 0 && !isAlive(owner)) unlinkSync(lock);
      else await setTimeout(200);
    }
  }
  try {
    return await work();
  } finally {
    unlinkSync(lock);
  }
}

/** Runs a step without stdin, and shows what it printed, on stderr, only where it failed. */
async function quietly(step) {
  const path = join(root, 'node_modules', '.securitybot-log');
  const log = openSync(path, 'w');
  const code = await step({ stdio: ['ignore', log, log] });
  closeSync(log);
  if (code !== 0) console.error(readFileSync(path, 'utf8'));
  return code;
}

async function build() {
  if (!isStale()) return 0;
  const started = new Date();
  console.error('Installing what securitybot needs …');
  const prepared = await quietly((options) => prepare(options));
  if (prepared !== 0) return prepared;
  console.error('Building it …');
  const filter = ['run', 'build', '--filter=@securitybot/bot', '--output-logs=errors-only'];
  const built = await quietly((options) => run('pnpm', ['exec', 'turbo', ...filter], { cwd: root, ...options }));
  if (built === 0) {
    writeFileSync(stamp, '');
    utimesSync(stamp, started, started); // what changed meanwhile is stale
  }
  return built;
}

/** The Node.js that the repository runs on: this one where it is new enough, else the one that was brought along. */
function nodePath() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  const brought = join(root, 'tools', 'node_modules', '.bin', 'node');
  return statSync(brought, { throwIfNoEntry: false }) ? brought : 'node';
}

const built = isStale() ? await alone(build) : 0;
process.exitCode =
  built === 0 ? await run(nodePath(), [...SMALL, cli, ...process.argv.slice(2)], { shell: false }) : built;
