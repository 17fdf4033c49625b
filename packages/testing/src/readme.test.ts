import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { eachProof } from './proof/fixtures/all.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const readme = readFileSync(`${here}../README.md`, 'utf8');

/** The rows of the table below a heading, without its head and the formatter's blanks. */
function tableBelow(heading: string): string[] {
  const section = readme.split(`\n### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.replace(/ +/g, ' '));
}

describe('the README', () => {
  eachProof(({ contract, broken }) => {
    test(`lists each broken ${contract} and the rule it is caught by`, () => {
      const rows = broken.map(({ mistake, caughtBy }) => `| ${mistake} | ${caughtBy} |`);
      expect(tableBelow(`Broken plugins: ${contract}`)).toEqual(rows);
    });
  });

  test('has no code that is not run as an example', () => {
    const examples = readdirSync(`${here}examples`).map((file) =>
      readFileSync(`${here}examples/${file}`, 'utf8').trim(),
    );
    const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code?.trim());
    expect(blocks.sort()).toEqual(examples.sort());
  });

  test('names every value that is exported', () => {
    const index = readFileSync(`${here}index.ts`, 'utf8');
    const exported = [...index.matchAll(/export (?!type)\{([^}]*)\}/g)]
      .flatMap(([, names]) => names?.split(',') ?? [])
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '));
    expect(exported.filter((name) => !readme.includes(name))).toEqual([]);
  });
});
