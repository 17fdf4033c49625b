import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entriesOf, KINDS } from '../../packages/create-securitybot/src/catalogue.js';
import { catalogueTable } from './catalogue.js';
import { readPackages } from './packages.js';
import { ROOT } from './pages.js';
import { read } from './tables.js';

const PAGE = 'docs/packages.md';

describe('what create-securitybot offers', () => {
  it('is the table of the page (UPDATE_DOCS=1 writes it)', () => {
    const page = read(PAGE);
    const now = page.replace(
      /(\n## To choose from\n\n.*\n\n)(?:\|.*\n)*/,
      (_, head: string) => head + catalogueTable(),
    );
    if (process.env.UPDATE_DOCS === '1') writeFileSync(join(ROOT, PAGE), now);
    else expect(page).toBe(now);
  });

  it('has every chat and every second factor that is a package', () => {
    const offered = KINDS.flatMap((kind) => [...entriesOf(kind).values()].flatMap(({ packages }) => packages));
    const plugins = readPackages().filter(({ folder }) => /^(chat|auth)-/.test(folder));
    expect(offered).toEqual(expect.arrayContaining(plugins.map(({ manifest }) => manifest.name)));
  });

  it('reads what the reference bot reads', () => {
    const named = KINDS.flatMap((kind) => [...entriesOf(kind).values()].flatMap(({ variables }) => variables));
    const bot = read('apps/bot/src/environment.ts') + read('apps/frontend/src/environment.ts');
    expect(named.map(({ name }) => name).filter((name) => !bot.includes(name))).toEqual([]);
  });
});
