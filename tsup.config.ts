import { defineConfig } from 'tsup';

/** How the code of every package is built; a package's own tsup.config.ts hands this on. */
export default defineConfig({
  entry: ['src/index.ts'],
  format: ['esm'],
  dts: false, // tsc writes the types, ten times as fast
  sourcemap: true,
  clean: true,
  target: 'node22',
  tsconfig: 'tsconfig.build.json',
  removeNodeProtocol: false, // else node:sqlite becomes a package named sqlite
});
