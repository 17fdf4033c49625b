import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiReport } from './api.js';
import { type Package, readPackages } from './packages.js';
import { ROOT } from './pages.js';
import { read } from './tables.js';

const isUpdate = process.env.UPDATE_DOCS === '1';
const packages = readPackages().filter(({ manifest }) => manifest.exports?.['.']);
const pageOf = ({ folder }: Package) => `docs/api/${folder}.md`;

describe('the API report', { timeout: 120_000 }, () => {
  it.each(packages)(
    'says what $manifest.name exports (npm run build; then UPDATE_DOCS=1 npx vitest run src/api.test.ts in docs)',
    (one) => {
      const page = pageOf(one);
      if (isUpdate) {
        mkdirSync(join(ROOT, 'docs', 'api'), { recursive: true });
        writeFileSync(join(ROOT, page), apiReport(one));
      } else {
        expect(existsSync(join(ROOT, page)), `${page} is not there`).toBe(true);
        expect(apiReport(one)).toBe(read(page));
      }
    },
  );

  it('has no page of a package that is gone', () => {
    expect(globSync('docs/api/*.md', { cwd: ROOT }).toSorted()).toEqual(packages.map(pageOf));
  });
});
