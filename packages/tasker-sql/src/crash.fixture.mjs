// A process of its own that dies (SIGKILL) before its n-th statement: node crash.fixture.mjs URL N STEP
// It runs the sources as they are: `.js` is looked for as `.ts`, and packages of this repository in their sources.
import { registerHooks } from 'node:module';
import process from 'node:process';

registerHooks({
  resolve(specifier, context, next) {
    const own = /^@securitybot\/([a-z-]+)$/.exec(specifier);
    if (own) return next(new URL(`../../${own[1]}/src/index.ts`, import.meta.url).href, context);
    const source = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return next(source ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});

const { openDatabase } = await import('@securitybot/sql');
const { createSqlTasker } = await import('./tasker.ts');
const { STEPS } = await import('./crash.steps.ts');

const [url = '', count = '', step = ''] = process.argv.slice(2);
let left = Number(count);
const tick = () => {
  if (left-- === 0) process.kill(process.pid, 'SIGKILL');
};
const killer = {
  transformQuery({ node }) {
    tick();
    return node;
  },
  transformResult: async ({ result }) => result,
};

const database = await openDatabase(url);
const dying = {
  ...database,
  db: database.db.withPlugin(killer),
  write: (work) =>
    database.write(async (trx) => {
      const result = await work(trx.withPlugin(killer));
      tick(); // before the COMMIT
      return result;
    }),
};
await STEPS[step](createSqlTasker(dying));
await database.close();
