import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exportsOf, type Package, readManifest, readPackages } from './packages.js';
import { ROOT } from './pages.js';
import { read } from './tables.js';

const packages = readPackages();
const root = readManifest('package.json');
const readme = ({ path }: Package) => read(`${path}/README.md`);
const testsOf = ({ path }: Package) => globSync(`${path}/src/**/*.test.ts`, { cwd: ROOT }).map(read).join('\n');

it('this folder depends on all packages, so that they are built before their exports are written down', () => {
  const { devDependencies } = readManifest('docs/package.json');
  expect(Object.keys(devDependencies ?? {})).toEqual(
    expect.arrayContaining(packages.map(({ manifest }) => manifest.name)),
  );
});

it.each(globSync('.changeset/*.md', { cwd: ROOT }))(
  '%s can be read by a release, which a formatter of Markdown once prevented',
  (path) => {
    const [, bumps = ''] = /^---\n((?:"[^"\n]+": (?:patch|minor|major)\n)+)---\n\n\S/.exec(read(path)) ?? [];
    const names = [...bumps.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
    expect(names).not.toEqual([]);
    expect(packages.map(({ manifest }) => manifest.name)).toEqual(expect.arrayContaining(names));
  },
);

describe.each(packages.map((one) => [one.manifest.name, one] as const))('%s', (name, one) => {
  const { folder, path, manifest } = one;

  it('says on npm what it is, where it comes from, and under which terms', () => {
    const url = root.repository?.url.replace(/^git\+(.*)\.git$/, '$1');
    expect(manifest).toMatchObject({
      homepage: `${url}/tree/main/${path}#readme`, // npm finds links of a README that are relative by `directory`
      bugs: root.bugs,
      repository: { ...root.repository, directory: path },
      license: root.license,
      keywords: expect.arrayContaining(['securitybot']),
      description: expect.stringMatching(/^.{20,119}[^.]$/),
    });
    expect([`@securitybot/${folder}`, folder]).toContain(name);
  });

  it('is a module for the Node.js versions we test, and is published with its provenance', () => {
    expect(manifest).toMatchObject({
      type: 'module',
      files: expect.arrayContaining(['dist']),
      engines: { node: '>=22.19' },
      publishConfig: { access: 'public', provenance: true },
    });
    expect(manifest.private).toBeUndefined();
    expect(manifest.scripts?.check).toMatch(/^publint --strict\b/);
  });

  it('has a README that stands alone', () => {
    const text = readme(one);
    expect(text.startsWith(`# ${name}\n`)).toBe(true);
    expect(text).toMatch(/```sh\nnpm (install|create) /);
    expect(text).toContain('](../../README.md)');
  });
});

/** What a plugin of each kind is called, and what holds it to its contract. */
const KINDS = {
  chat: { factory: /^create\w+Chat$/, suite: 'testChat', hasProvider: true },
  auth: { factory: /^create\w+Auth$/, suite: 'testAuth', hasProvider: true },
  tasker: { factory: /^create\w+Tasker$/, suite: 'testTasker', hasProvider: false },
  blacklist: { factory: /^create\w+Blacklist$/, suite: 'testBlacklist', hasProvider: false },
};

const plugins = packages.flatMap((one) => {
  const kind = one.folder.split('-')[0] as keyof typeof KINDS;
  return kind in KINDS ? [[one.manifest.name, one, KINDS[kind]] as const] : [];
});

describe.each(plugins)('the plugin %s', (_, one, { factory, suite, hasProvider }) => {
  const values = exportsOf(one);

  it('exports its factory, under the name that plugins have', () => {
    expect(values.filter((value) => factory.test(value))).toHaveLength(1);
  });

  it('is one of the same core as everybody else', () => {
    expect(one.manifest.peerDependencies).toHaveProperty('@securitybot/core');
    expect(one.manifest.dependencies ?? {}).not.toHaveProperty('@securitybot/core');
  });

  it('is held to the suite for its contract', () => {
    expect(testsOf(one)).toMatch(
      new RegExp(`^import \\{[^}]*\\b${suite}\\b[^}]*\\} from '@securitybot/testing';`, 'm'),
    );
    expect(testsOf(one)).toContain(`${suite}({`);
  });

  it('names in its README what it exports', () => {
    expect(values.filter((exported) => !readme(one).includes(exported))).toEqual([]);
  });

  if (!hasProvider) return;
  it('checks its set-up for doctor, and says in its README how to set it up', () => {
    expect(values.filter((value) => /^check[A-Z]/.test(value))).toHaveLength(1);
    expect(readme(one)).toMatch(/^## Set up$/m);
    expect(read('apps/bot/src/doctor/plugins.ts')).toContain(`from '${one.manifest.name}'`);
  });
});

it('there are plugins of every kind', () => {
  expect(new Set(plugins.map(([, , { suite }]) => suite)).size).toBe(Object.keys(KINDS).length);
});
