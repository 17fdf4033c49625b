import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Mutants live in a copy of this package, somewhere below it: the other packages are found from the repository's root.
const here = dirname(fileURLToPath(import.meta.url));
let root = here;
while (!existsSync(join(root, 'pnpm-workspace.yaml'))) root = dirname(root);

/** The tests that mutants are held against: all but the long walk, and what reads the sources as text. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@securitybot\/core$/, replacement: join(here, 'src/index.ts') },
      { find: /^@securitybot\/([a-z-]+)$/, replacement: join(root, 'packages/$1/src/index.ts') },
    ],
  },
  test: {
    include: ['src/**/*.test.ts'],
    exclude: ['src/conversation/walk.test.ts', 'src/boundary.test.ts', 'src/messages/**'],
    testTimeout: 10_000,
  },
});
