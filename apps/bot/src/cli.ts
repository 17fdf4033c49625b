#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { refuseNode } from './node-version.js';

// An older Node.js would fail while it reads what the packages need, in words that help nobody: so these are read later.
const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly engines: { readonly node: string };
};
const refusal = refuseNode(process.versions.node, engines.node);
if (refusal === undefined) {
  const [{ run }, { processIo }] = await Promise.all([import('./run.js'), import('./io.js')]);
  process.exitCode = await run(process.argv.slice(2), processIo());
} else {
  process.stderr.write(refusal);
  process.exitCode = 1;
}
