import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../apps/bot/dist/cli.js', import.meta.url));

/** Replicas of the built reference bot. */
export interface Replicas {
  readonly count: number;
  start(index: number): void;
  signal(index: number, name: NodeJS.Signals): void;
  /** Sends the signal and waits for the end. */
  end(index: number, name: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** What no replica may do: end although nobody ended it. */
  readonly died: readonly string[];
  stopAll(): Promise<void>;
}

/** How far each replica's clock is off, in ms: just below the five minutes beyond which Duo refuses a request. */
const SKEWS = [0, 290_000, -290_000];

/** Every clock that a program of Node.js can ask for the time of day, off by so much. */
function skewed(ms: number): string[] {
  if (ms === 0) return [];
  const program = `const Real = Date, now = Real.now.bind(Real);
    globalThis.Date = class Date extends Real { constructor(...a) { a.length === 0 ? super(now() + ${ms}) : super(...a); } static now() { return now() + ${ms}; } };`;
  return ['--import', `data:text/javascript,${encodeURIComponent(program)}`];
}

export function createReplicas(
  count: number,
  env: Readonly<Record<string, string>>,
  /** Where each writes what it logs. */
  folder: string,
): Replicas {
  const children = new Map<number, ChildProcess>();
  const ended = new Set<ChildProcess>();
  const died: string[] = [];
  const restarts = new Set<NodeJS.Timeout>();
  process.on('exit', () => {
    for (const child of children.values()) child.kill('SIGKILL'); // whatever the harness died of
  });
  function start(index: number): void {
    const child = spawn(process.execPath, [...skewed(SKEWS[index % SKEWS.length] ?? 0), CLI, 'start'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    });
    const log = createWriteStream(join(folder, `replica-${index}.log`), { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.on('close', (code, signal) => {
      log.end();
      if (ended.has(child)) return;
      died.push(`replica ${index} ended by itself: ${signal ?? `exit code ${code}`}`);
      restarts.add(setTimeout(start, 1_000, index)); // as a supervisor does; it is a broken promise all the same
    });
    children.set(index, child);
  }
  async function end(index: number, name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = children.get(index);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    ended.add(child);
    const closed = once(child, 'close');
    child.kill('SIGCONT');
    child.kill(name);
    await closed;
  }
  return {
    count,
    start,
    end,
    died,
    signal: (index, name) => void children.get(index)?.kill(name),
    async stopAll() {
      for (const restart of restarts) clearTimeout(restart);
      await Promise.all([...children.keys()].map((index) => end(index, 'SIGTERM')));
    },
  };
}
