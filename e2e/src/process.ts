import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFailed, onTestFinished } from 'vitest';
import { shouldWeDie } from './should-we-die.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The built reference bot, and the launcher that `npm start` and `npx securitybot` run. */
const CLI = join(root, 'apps', 'bot', 'dist', 'cli.js');
export const LAUNCHER = join(root, 'tools', 'securitybot.mjs');
/** As who has cloned the repository starts it; what is built already, is not built again. */
export const BY_NPM = { command: 'npm', cwd: root } as const;

export interface Ended {
  /** The exit code; 128 and the signal's number where a signal ended it, as a shell says it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process, and somebody at its terminal. */
export interface Running {
  /** Types something; the line feed is the caller's. */
  type(text: string | Uint8Array): void;
  /** Nothing more will be typed. */
  hangUp(): void;
  /**
   * Resolves when stdout shows that, after what was waited for last. Rejects, with all that was printed, when the process
   * ends without it.
   */
  shows(text: string | RegExp): Promise<void>;
  /** The same for stderr. */
  logs(text: string | RegExp): Promise<void>;
  stdout(): string;
  stderr(): string;
  signal(name: NodeJS.Signals): void;
  /** As a terminal's Ctrl-C does: to the process and all that it has started. */
  signalAll(name: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

export interface RunOptions {
  /** SECURITYBOT_DATABASE_URL */
  readonly database: string;
  /** SECURITYBOT_TERMINAL_USER */
  readonly user?: string;
  /** More of the environment, of which the process sees nothing but this, PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** What node runs. Default: the built bot. */
  readonly program?: string;
  /** What is run instead of node and a program. */
  readonly command?: string;
  /** Where it is run. */
  readonly cwd?: string;
}

/** What a stream has said, and who waits for more of it. */
function listenTo(stream: Readable, everything: () => string) {
  let said = '';
  let read = 0;
  stream.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const found = (text: string | RegExp): boolean => {
    const rest = said.slice(read);
    const match =
      typeof text === 'string' ? { index: rest.indexOf(text), 0: text } : (text.exec(rest) ?? { index: -1, 0: '' });
    if (match.index < 0) return false;
    read += match.index + match[0].length;
    return true;
  };
  return {
    all: () => said,
    waitFor: (text: string | RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          const isFound = found(text);
          if (!isFound && !stream.closed) return;
          stream.off('data', look).off('close', look);
          if (isFound) resolve();
          else reject(new Error(`It ended without saying ${text}.\n${everything()}`));
        };
        stream.on('data', look).on('close', look);
        look();
      }),
  };
}

/** Starts a program. Whatever is left of it when the test is over, or this process dies, is killed. */
export function launch(command: string, args: readonly string[], options: SpawnOptions): Running {
  const child = spawn(command, args, {
    ...options,
    detached: true, // a process group of its own, as a shell makes one
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
  });
  const everything = () => `stdout:\n${stdout.all()}\nstderr:\n${stderr.all()}`;
  const stdout = listenTo(child.stdout, everything);
  const stderr = listenTo(child.stderr, everything);
  child.stdin.on('error', () => {}); // EPIPE, where it ends before it has read all

  const signalAll = (name: NodeJS.Signals) => {
    if (child.pid !== undefined) process.kill(-child.pid, name);
  };
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals | null)[]) => ({
    code: typeof code === 'number' ? code : 128 + constants.signals[signal as NodeJS.Signals],
    stdout: stdout.all(),
    stderr: stderr.all(),
  }));
  const callOff = shouldWeDie('kill -s INT -- "-$1"; sleep 2; kill -s KILL -- "-$1"', String(child.pid));
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) signalAll('SIGKILL');
    await ended;
    callOff();
  });
  return {
    type: (text) => child.stdin.write(text),
    hangUp: () => child.stdin.end(),
    shows: stdout.waitFor,
    logs: stderr.waitFor,
    stdout: stdout.all,
    stderr: stderr.all,
    signal: (name) => child.kill(name),
    signalAll,
    ended,
  };
}

/** Has what a process said shown, should the test fail. */
export function tellIfFailed(name: string, { stdout, stderr }: Running): void {
  onTestFailed(() => console.error(`${name} said:\n${stdout()}${stderr()}`));
}

/** Starts a command of securitybot, likewise. */
export function start(args: readonly string[], options: RunOptions): Running {
  const { database, user = 'ann', env, program = CLI, command, cwd } = options;
  return launch(command ?? process.execPath, command === undefined ? [program, ...args] : args, {
    cwd,
    env: {
      SECURITYBOT_DATABASE_URL: database,
      SECURITYBOT_TERMINAL_USER: user,
      SECURITYBOT_HTTP: 'off', // many at once, of which none needs the page
      ...env,
    },
  });
}

/** Runs a command to its end, with that on its stdin. */
export function run(args: readonly string[], options: RunOptions, input: string | Uint8Array = ''): Promise<Ended> {
  const running = start(args, options);
  running.type(input);
  running.hangUp();
  return running.ended;
}

/** A whole conversation, piped line by line. */
export function converse(lines: readonly string[], options: RunOptions): Promise<Ended> {
  return run(['start'], options, lines.map((line) => `${line}\n`).join(''));
}
