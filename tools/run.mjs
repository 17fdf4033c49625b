// Runs a command with the Node.js and pnpm that this repository needs, its dependencies installed.
// Whoever has both gets the command as it is. Anyone else, with an older Node.js and npm, first gets them
// from the npm registry, into this folder's node_modules: nothing is installed globally.
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE = 24;
const PNPM = 12;

const shell = process.platform === 'win32';
const here = fileURLToPath(new URL('.', import.meta.url));

/** Runs the command to its end, handing on the signals that ask it to stop, and gives its exit code. */
function run(command, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', shell });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

function hasTools() {
  const major = (command) => {
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8', shell });
    return Number.parseInt((stdout ?? '').replace(/^v/, ''), 10);
  };
  return major('node') >= NODE && major('pnpm') >= PNPM;
}

async function main(command) {
  if (!hasTools()) {
    process.env.PATH = join(here, 'node_modules', '.bin') + delimiter + process.env.PATH;
    if (!hasTools()) {
      const quietly = ['--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
      const got = await run('npm', 'install', '--prefix', here, ...quietly);
      if (got !== 0) return got;
    }
  }
  const installed = await run('pnpm', 'install', '--frozen-lockfile', '--loglevel=warn');
  if (installed !== 0 || command.length === 0) return installed;
  return run('pnpm', 'exec', ...command);
}

process.exitCode = await main(process.argv.slice(2));
