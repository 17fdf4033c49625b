import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ROOT } from './pages.js';
import { read } from './tables.js';

/** A package.json, as far as anybody here reads it. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly bugs?: string;
  readonly repository?: { readonly url: string };
  readonly license?: string;
  readonly exports?: Readonly<Record<string, string | { readonly types: string }>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Package {
  /** The name of its folder, such as `chat-slack`. */
  readonly folder: string;
  /** Relative to the repository. */
  readonly path: string;
  readonly manifest: Manifest;
}

export function readManifest(path: string): Manifest {
  return JSON.parse(read(path));
}

/** What is published. */
export function readPackages(): Package[] {
  return globSync('packages/*/package.json', { cwd: ROOT })
    .toSorted()
    .map((file) => ({ folder: basename(dirname(file)), path: dirname(file), manifest: readManifest(file) }));
}

/** The functions and constants that a package exports, by its API report, which a test keeps true. */
export function exportsOf({ folder }: Package): string[] {
  const found = read(`docs/api/${folder}.md`).matchAll(/^export (?:declare )?(?:function|const) (\w+)/gm);
  return [...found].map(([, name = '']) => name);
}
