#!/usr/bin/env node
// The securitybot command on a clone of the repository: brings the tools, installs and builds what is stale, and runs
// apps/bot. What that prints goes to stderr; stdin and stdout are the command's own.
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
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
/** How it is called here, for what the command tells people to type. */
process.env.SECURITYBOT_CALLED_AS = 'npx securitybot';

/**
 * What every file has of name and last change; what a build or an installation makes does not count. Of folders it has the names in
 * them: a folder's own last change is also that of what was made in it.
 */
function* changesBelow(path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stats?.isDirectory()) {
    yield `${path} ${stats?.mtimeMs}\n`;
    return;
  }
  for (const name of readdirSync(join(root, path)).sort()) {
    if (!/^(node_modules|dist|\.turbo|coverage)$|\.test\.ts$|\.md$/.test(name)) yield* changesBelow(join(path, name));
  }
}

function sources() {
  const paths = ['packages', 'apps', 'package.json', 'pnpm-lock.yaml', 'tsconfig.base.json', 'tsup.config.ts'];
  const hash = createHash('sha256');
  for (const path of paths) for (const change of changesBelow(path)) hash.update(change);
  return hash.digest('hex');
}

function isStale() {
  if (statSync(stamp, { throwIfNoEntry: false }) === undefined) return true;
  return readFileSync(stamp, 'utf8') !== sources() || statSync(cli, { throwIfNoEntry: false }) === undefined;
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
  const built = sources(); // as they are now: what changes meanwhile is stale
  console.error('Installing what securitybot needs …');
  const prepared = await quietly((options) => prepare(options));
  if (prepared !== 0) return prepared;
  console.error('Building it …');
  const filter = ['run', 'build', '--filter=@securitybot/bot', '--output-logs=errors-only'];
  const code = await quietly((options) => run('pnpm', ['exec', 'turbo', ...filter], { cwd: root, ...options }));
  if (code === 0) writeFileSync(stamp, built);
  return code;
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
