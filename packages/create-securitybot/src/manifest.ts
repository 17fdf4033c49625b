import { readFileSync } from 'node:fs';

interface Manifest {
  readonly version: string;
  readonly repository: { readonly url: string };
}

const { version, repository }: Manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Of this package, and of all that a project is made of: they are published together. */
export const VERSION = version;

/** Where Securitybot's pages are. */
export const REPOSITORY = repository.url.replace(/^git\+(.*)\.git$/, '$1');
