import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Block, ROOT } from './pages.js';

const DIST = join(ROOT, 'docs', 'dist');

/** Where Node.js and tsc find the workspace's packages, as they would for whoever copies the block into a project. */
export function withProject<T>(work: (folder: string) => T): T {
  mkdirSync(DIST, { recursive: true });
  const folder = mkdtempSync(join(DIST, 'blocks-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes a block as a module whose line numbers are the page's. @returns its path. */
export function writeModule(folder: string, { page, line, code }: Block): string {
  const path = join(folder, page, `${line}.ts`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '\n'.repeat(line - 1) + code);
  return path;
}

/** Type-checks blocks, each as a module of its own, against the sources of the workspace. @returns the errors, a line each, by page and line. */
export function compile(blocks: readonly Block[]): string[] {
  return withProject((folder) => {
    for (const block of blocks) writeModule(folder, block);
    const tsconfig = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { moduleDetection: 'force' },
      include: [folder],
      exclude: [],
    };
    const project = join(folder, 'tsconfig.json');
    writeFileSync(project, JSON.stringify(tsconfig));
    const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
    const { status, stdout, stderr, error } = spawnSync(tsc, ['--pretty', 'false', '-p', project], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (error) throw error;
    const errors = stdout.split('\n').filter((text) => text !== '');
    if (status !== 0 && errors.length === 0) throw new Error(`tsc failed: ${stderr}`);
    return errors.map((text) => text.replace(/^(.*)\/\d+\.ts\((\d+),\d+\)/, '$1:$2'));
  });
}
