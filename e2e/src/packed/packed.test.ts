import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithRegistry, installNode, must, run } from './npm.ts';
import { sizesOf, unlikeSizes, withSizes } from './sizes.ts';
import { packAll, ROOT, type Tarball } from './tarballs.ts';

/** The oldest Node.js that the packages promise to run on, and the newest of each line that is maintained. */
const engines = JSON.parse(readFileSync(join(ROOT, 'packages/core/package.json'), 'utf8')).engines.node;
const NODES = [engines.replace('>=', ''), '24', '26'];

/** As a careful user has it: the declarations of the packages are checked, too. */
const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2024'],
    module: 'nodenext',
    strict: true,
    skipLibCheck: false,
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
};

await describeWithRegistry('the packages, packed and installed by npm outside of the repository', () => {
  const folder = mkdtempSync(join(tmpdir(), 'securitybot-packed-'));
  const project = join(folder, 'project');
  let tarballs: readonly Tarball[] = [];

  const write = (path: string, text: string) => writeFileSync(join(project, path), text);

  beforeAll(async () => {
    mkdirSync(join(project, 'src'), { recursive: true });
    tarballs = await packAll(folder);
    const dependencies = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
    const devDependencies = { typescript: '^7.0.0', 'typescript-5': 'npm:typescript@^5.9.0', '@types/node': '24' };
    write('package.json', JSON.stringify({ private: true, type: 'module', dependencies, devDependencies }));
    write('tsconfig.json', JSON.stringify(TSCONFIG));
    const imports = tarballs
      .flatMap(({ entries }) => entries)
      .map(
        (entry, i) => `import * as m${i} from '${entry}';\nconsole.log('${entry}', Object.keys(m${i}).length > 0);\n`,
      );
    write('src/everything.ts', imports.join(''));
    cpSync(join(ROOT, 'examples/minimal/src/bot.ts'), join(project, 'src/bot.ts'));
    await must('npm', ['install', '--no-audit', '--no-fund'], { cwd: project });
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, maxRetries: 3 }));

  it('holds no tests and no sources, but a README and the licence', async () => {
    for (const { file } of tarballs) {
      const listed = (await must('tar', ['-tzf', file], { cwd: folder })).trim().split('\n');
      const names = listed.filter((name) => !name.startsWith('package/template/')); // what a project is made from
      expect(names).toEqual(expect.arrayContaining(['package/LICENSE', 'package/README.md', 'package/package.json']));
      expect(names.filter((name) => /\.test\.|\/fixtures?\b|^package\/src\//.test(name))).toEqual([]);
    }
  });

  it.each(['typescript-5', 'typescript'])('type-checks a bot, and all declarations, with %s', async (typescript) => {
    await must(process.execPath, [join(project, 'node_modules', typescript, 'bin', 'tsc')], { cwd: project });
  });

  it.each(NODES)('is imported, and runs a bot, under Node.js %s', async (version) => {
    const node = await installNode(version, folder);
    const everything = await must(node, ['dist/everything.js'], { cwd: project });
    expect(everything.trim().split('\n')).toEqual(
      tarballs.flatMap(({ entries }) => entries.map((entry) => `${entry} true`)),
    );

    const cwd = mkdtempSync(join(folder, 'run-'));
    const input = ['test', 'yes, I was testing', 'yes', 'approve', ''].join('\n');
    const { code, stdout, stderr } = await run(node, [join(project, 'dist/bot.js')], { cwd, input });
    expect(stderr.replace(/.*(ExperimentalWarning: SQLite|node --trace-warnings).*\n/g, '')).toBe('');
    expect(stdout).toContain('securitybot: Thank you, Test alert is settled.');
    expect(code).toBe(0);
  });

  it('is as large as docs/packages.md says (UPDATE_DOCS=1 writes it)', async () => {
    const page = readFileSync(join(ROOT, 'docs/packages.md'), 'utf8');
    const sizes = sizesOf(tarballs, project);
    if (process.env.UPDATE_DOCS === '1') writeFileSync(join(ROOT, 'docs/packages.md'), withSizes(page, sizes));
    else expect(unlikeSizes(page, sizes)).toEqual([]);
  });

  it('holds a plugin to the suite that is published', async () => {
    cpSync(join(ROOT, 'examples/custom-chat/src'), join(project, 'plugin'), { recursive: true });
    const { code, stdout } = await run(
      'npx',
      ['vitest', 'run', '--root', 'plugin', '--reporter', 'verbose', 'chat.test.ts'],
      { cwd: project },
    );
    expect(stdout).toContain('an event is acknowledged only after receive has resolved');
    expect(code).toBe(0);
  });
});
