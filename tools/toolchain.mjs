// Node.js and pnpm for this repository. Whoever has both uses them; anyone else, with an older Node.js and npm, first
// gets them from the npm registry, into this folder's node_modules: nothing is installed globally.
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE = 24;
const PNPM = 12;

const shell = process.platform === 'win32';
const here = fileURLToPath(new URL('.', import.meta.url));

process.env.TURBO_TELEMETRY_DISABLED = '1'; // nobody is told that you built this

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command to its end, handing on the signals that ask it to stop, and gives its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', shell, ...options });
    const handOn = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [signal, () => child.kill(signal)]);
    for (const [signal, listener] of handOn) process.on(signal, listener);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const [name, listener] of handOn) process.off(name, listener);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

function hasTools() {
  const major = (command) => {
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8', shell });
    return Number.parseInt((stdout ?? '').replace(/^v/, ''), 10);
  };
  return major('node') >= NODE && major('pnpm') >= PNPM;
}

/** Puts the tools on the PATH and installs the dependencies. Gives an exit code. `options` as for `run`. */
export async function prepare(options) {
  if (!hasTools()) {
    process.env.PATH = join(here, 'node_modules', '.bin') + delimiter + process.env.PATH;
    if (!hasTools()) {
      console.error(`Getting Node.js ${NODE} and pnpm ${PNPM} from the npm registry, for this folder only …`);
      const quietly = ['--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
      const got = await run('npm', ['install', '--prefix', here, ...quietly], options);
      if (got !== 0) return got;
    }
  }
  return run('pnpm', ['install', '--frozen-lockfile', '--loglevel=warn'], { cwd: root, ...options });
}
