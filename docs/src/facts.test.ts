import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Cause, defaultMessages, type MessageName } from '@securitybot/core';
import { migrate, openDatabase } from '@securitybot/sql';
import { expect, it } from 'vitest';
import { readPackages } from './packages.js';
import { ROOT, readPages } from './pages.js';
import { read, rowsOf, section } from './tables.js';

const pages = readPages();

it('the README lists every package', () => {
  const listed = rowsOf(section('README.md', 'Packages')).map(([name]) => name);
  const packages = readPackages().map(({ path, manifest }) => `[\`${manifest.name}\`](${path})`);
  expect(listed.toSorted()).toEqual(packages.toSorted());
});

it('every cause is told as it is said', () => {
  const told: Readonly<Record<Cause, MessageName | undefined>> = {
    denied: 'told-denied',
    unsure: 'told-unsure',
    'no-answer': 'told-no-answer',
    'refused-proof': 'told-refused-proof',
    'push-denied': 'told-push-denied',
    fraud: 'told-fraud',
    expired: 'told-expired',
    'no-factor': 'told-no-factor',
    bypassed: 'told-bypassed',
    'locked-out': 'told-locked-out',
    'push-limit': 'told-push-limit',
    'auth-unavailable': 'told-auth-unavailable',
    'unknown-person': undefined,
    'ambiguous-person': undefined,
    undeliverable: undefined,
    'opted-out': undefined,
    flood: 'told-flood',
  };
  const rows = rowsOf(section('docs/how-it-works.md', 'How a task ends')).map(([cause, , says]) => [cause, says]);
  expect(rows).toEqual(
    Object.entries(told).map(([cause, name]) => [`\`${cause}\``, name ? defaultMessages[name] : 'nothing']),
  );
});

it('every table is told of', async () => {
  const database = await openDatabase('sqlite::memory:');
  await migrate(database);
  const tables = await database.db.introspection.getTables();
  await database.close();
  const told = rowsOf(section('docs/how-it-works.md', 'What is stored where')).map(([name]) => name);
  expect(told.toSorted()).toEqual(tables.map(({ name }) => `\`${name}\``).toSorted());
});

it('CONTRIBUTING names every dependency', () => {
  const fields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
  const files = globSync(['package.json', '{tools,docs,e2e}/package.json', '{packages,apps,examples}/*/package.json'], {
    cwd: ROOT,
  });
  const used = files.flatMap((path) => {
    const manifest = JSON.parse(read(path)) as Partial<Record<(typeof fields)[number], Record<string, string>>>;
    return fields.flatMap((field) => Object.keys(manifest[field] ?? {}));
  });
  const named = [...section('CONTRIBUTING.md', 'Dependencies').matchAll(/^\| (`[^|]*`) *\|/gm)].flatMap(
    ([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  const isOurs = (name: string) => name.startsWith('@securitybot/') || name === 'create-securitybot';
  expect(named.toSorted()).toEqual([...new Set(used)].filter((name) => !isOurs(name)).toSorted());
});

it('links lead somewhere', () => {
  const anchors = (path: string) =>
    [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
  const broken = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(([link, target = '', anchor]) => {
      const to = target === '' ? path : join(dirname(path), target);
      if (!existsSync(join(ROOT, to))) return [`${path}: ${link}`];
      return anchor === undefined || anchors(to).includes(anchor) ? [] : [`${path}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});

it('variables of the environment that a page names are read somewhere', () => {
  const sources = globSync(['{packages,apps}/*/src/**/*.ts', 'tools/*.mjs'], { cwd: ROOT })
    .filter((path) => !path.endsWith('.test.ts'))
    .map(read)
    .join('\n');
  const named = new Set(pages.flatMap(({ text }) => text.match(/\bSECURITYBOT_[A-Z_]+\b/g) ?? []));
  expect([...named].filter((name) => !sources.includes(name))).toEqual([]);
});
