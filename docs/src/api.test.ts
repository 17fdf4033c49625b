import { existsSync, globSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiReport } from './api.js';
import { ROOT } from './pages.js';
import { read } from './tables.js';

const isUpdate = process.env.UPDATE_DOCS === '1';
const packages = globSync('packages/*/package.json', { cwd: ROOT })
  .filter((path) => JSON.parse(read(path)).exports)
  .map(dirname)
  .toSorted();
const pageOf = (path: string) => `docs/api/${basename(path)}.md`;

describe('the API report', { timeout: 120_000 }, () => {
  it.each(packages)(
    'says what %s exports (npm run build; then UPDATE_DOCS=1 npx vitest run src/api.test.ts in docs)',
    (path) => {
      const page = pageOf(path);
      if (isUpdate) {
        mkdirSync(join(ROOT, 'docs', 'api'), { recursive: true });
        writeFileSync(join(ROOT, page), apiReport(path));
      } else {
        expect(existsSync(join(ROOT, page)), `${page} is not there`).toBe(true);
        expect(apiReport(path)).toBe(read(page));
      }
    },
  );

  it('has no page of a package that is gone', () => {
    expect(globSync('docs/api/*.md', { cwd: ROOT }).toSorted()).toEqual(packages.map(pageOf));
  });
});
