import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { withProject, writeModule } from './compile.js';
import { type Block, replaced } from './pages.js';

const require = createRequire(import.meta.url);
const CLI = join(dirname(require.resolve('@securitybot/bot/package.json')), 'dist', 'cli.js');
/** Long enough for the slowest machine; a block that waits for input that never comes must not wait for ever. In ms. */
const TIMEOUT = 60_000;

/**
 * `npm` and `npx` as a clone has them, but for what its launcher does first: it installs and builds, and while this test
 * runs, others use what is built.
 */
const COMMANDS: Readonly<Record<string, string>> = {
  npm: 'case "$1" in start) exec node "$CLI" start;; esac; echo "This test knows no npm $1." >&2; exit 64',
  npx: 'case "$1" in securitybot) shift; exec node "$CLI" "$@";; esac; echo "This test knows no npx $1." >&2; exit 64',
};

/** A text without what differs from run to run: ids, times, durations. */
export function steady(text: string): string {
  return text
    .replace(/\b[0-9a-f]{64}\b/g, '<id>')
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replace(/\(after [^)]+\)/g, '(after <duration>)')
    .trimEnd();
}

/** The folder of one page: its blocks run in it, one after the other, and share its database. */
interface Desk {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

function openDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-docs-'));
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(COMMANDS)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const path = [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
  // Other tests listen, too; what is printed of the page differs each time.
  const quiet = { SECURITYBOT_HTTP: 'off' };
  return { folder, env: { PATH: path, HOME: folder, CLI, USER: 'ann', SECURITYBOT_TERMINAL_USER: 'ann', ...quiet } };
}

function spawn({ folder, env }: Desk, command: string, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(command, args, { cwd: folder, env, encoding: 'utf8', timeout: TIMEOUT });
}

/** Each statement is a commit of its own, as with the clients that detectors use. */
function runSql({ folder }: Desk, code: string): void {
  const database = new DatabaseSync(join(folder, 'securitybot.db'));
  try {
    database.exec(code);
  } finally {
    database.close();
  }
}

/** @returns what it printed. Throws an Error with its place, and with what it printed, where it fails. */
function runBlock(desk: Desk, block: Block): string {
  const place = `${block.page}:${block.line}`;
  if (block.language === 'sql') {
    runSql(desk, block.code);
    return '';
  }
  const { status, stdout, stderr, error } =
    block.language === 'sh'
      ? spawn(desk, 'sh', ['-euc', block.code])
      : withProject((folder) => spawn(desk, process.execPath, [writeModule(folder, block)]));
  if (error) throw new Error(`${place}: ${error.message}`, { cause: error });
  if (status !== 0) throw new Error(`${place}: it ended with ${status}.\n${stdout}\n${stderr}`);
  return stdout;
}

/** A run block, what it printed, and the block of the page that says what it prints. */
export interface Ran {
  readonly block: Block;
  readonly printed: string;
  /** Undefined: the page does not say. */
  readonly output: Block | undefined;
}

/** Runs the blocks of one page that are marked `run`, in order. */
export function runPage(blocks: readonly Block[]): Ran[] {
  const desk = openDesk();
  try {
    return blocks.flatMap((block, i): Ran[] => {
      if (block.mark !== 'run') return [];
      const next = blocks[i + 1];
      return [{ block, printed: runBlock(desk, block), output: next?.mark === 'output' ? next : undefined }];
    });
  } finally {
    rmSync(desk.folder, { recursive: true });
  }
}

/** The page's text, where it says of a run block what it does not print, with what it prints. */
export function corrected(text: string, ran: readonly Ran[]): string {
  const wrong = ran.flatMap(({ printed, output }) =>
    output && steady(output.code) !== steady(printed) ? [[output, printed] as const] : [],
  );
  return replaced(text, wrong);
}
