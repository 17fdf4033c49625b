import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { launch, type Running, tellIfFailed } from '../process.js';
import { shouldWeDie } from '../should-we-die.js';

const execute = promisify(execFile);

/** Where Debian and others put what only administrators run. */
const ADMINISTRATORS = ['/usr/local/sbin', '/usr/sbin'];

/** The folders in which the machine's programs are. */
export function programFolders(): readonly string[] {
  return [...(process.env.PATH ?? '').split(delimiter), ...ADMINISTRATORS];
}

/** The first of the folders that has all of these programs. */
export function folderWith(programs: readonly string[], folders: readonly string[]): string | undefined {
  return folders.find((folder) => programs.every((program) => existsSync(join(folder, program))));
}

/** Whom database servers run as. They refuse to be root. */
function account(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** A temporary folder, and programs run in it as whoever may write there. The folder is gone when the test is over. */
export interface Workshop {
  readonly folder: string;
  /** To its end. Rejects with what it said where it fails. */
  run(program: string, args: readonly string[]): Promise<void>;
  /** A server; whatever is left of it when the test is over is killed. */
  launch(program: string, args: readonly string[]): Running;
}

export function createWorkshop(): Workshop {
  const { uid, gid } = account();
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-failover-'));
  const callOff = shouldWeDie('sleep 3; rm -rf "$1"', folder);
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    callOff();
  });
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  // Nothing is shared with the machine's own servers: no settings, no language, no folder for temporary files.
  const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, LC_ALL: 'C' };
  const options = { cwd: folder, uid, gid, env };
  return {
    folder,
    run: async (program, args) => void (await execute(program, args, options)),
    launch(program, args) {
      const server = launch(program, args, options);
      tellIfFailed(program, server);
      return server;
    },
  };
}
