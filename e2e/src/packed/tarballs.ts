import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from './npm.ts';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A published package, as npm gets it. */
export interface Tarball {
  readonly name: string;
  readonly file: string;
  /** What can be imported: `@securitybot/sql`, `@securitybot/sql/testing`. */
  readonly entries: readonly string[];
  /** Of the tarball, in bytes. */
  readonly packed: number;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: Readonly<Record<string, string | object>>;
}

/** Packs every package of the repository as it is built, into a folder. */
export async function packAll(folder: string): Promise<Tarball[]> {
  const paths = globSync('packages/*/package.json', { cwd: ROOT }).toSorted();
  const unbuilt = paths.filter((path) => !existsSync(join(ROOT, dirname(path), 'dist')));
  if (unbuilt.length > 0) throw new Error(`Not built: ${unbuilt.join(', ')}. npm run build`);
  await must('pnpm', ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder], { cwd: ROOT });
  return paths.map((path) => {
    const { name, version, exports = {} }: Manifest = JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
    const file = join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
    const entries = Object.entries(exports).flatMap(([entry, target]) =>
      typeof target === 'string' ? [] : [name + entry.slice(1)],
    );
    return { name, file, entries, packed: statSync(file).size };
  });
}
