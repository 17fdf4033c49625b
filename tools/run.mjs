// Runs a command of the repository with the tools and dependencies it needs: `node tools/run.mjs turbo run build`.
import { prepare, run } from './toolchain.mjs';

const [command, ...args] = process.argv.slice(2);
const prepared = await prepare();
process.exitCode = prepared !== 0 || command === undefined ? prepared : await run('pnpm', ['exec', command, ...args]);
