import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { type Block, isCopy, ROOT, readPage, readPages, replaced } from './pages.js';
import { corrected, runPage, steady } from './run.js';

const pages = readPages();
const runnable = pages.filter(({ blocks }) => blocks.some(({ mark }) => mark === 'run'));

/** Compilers and bots are started here, beside all other tests of the repository: patience. In ms. */
const timeout = 120_000;

/** With UPDATE_DOCS=1 writes the page, where it differs. @returns whether it is up to date by that. */
function updated(path: string, text: string, now: string): boolean {
  if (process.env.UPDATE_DOCS !== '1') return false;
  if (now !== text) writeFileSync(`${ROOT}${path}`, now);
  return true;
}

describe('the pages', { timeout }, () => {
  it('have their TypeScript compiled', () => {
    const blocks = pages.flatMap((page) => page.blocks).filter((block) => block.language === 'ts' && !isCopy(block));
    expect(blocks.map(({ page }) => page)).toContain('docs/plugins.md');
    expect(compile(blocks)).toEqual([]);
  });

  // What is copied is compiled where it stands.
  it.each(pages.filter(({ blocks }) => blocks.some(isCopy)))(
    'have files copied as they are: $path (UPDATE_DOCS=1 copies them anew)',
    ({ path, text, blocks }) => {
      const original = ({ mark }: Block) => readFileSync(`${ROOT}${mark}`, 'utf8');
      const now = replaced(
        text,
        blocks.filter(isCopy).map((block) => [block, original(block)]),
      );
      if (!updated(path, text, now)) expect(text).toBe(now);
    },
  );

  it.each(runnable)(
    'have their commands run: $path (UPDATE_DOCS=1 writes what they print)',
    ({ path, text, blocks }) => {
      const ran = runPage(blocks);
      if (updated(path, text, corrected(text, ran))) return;
      for (const { block, printed, output } of ran) {
        if (output) expect(steady(printed), `${path}:${block.line} printed something else`).toBe(steady(output.code));
      }
    },
  );

  it('show the output only of what was run', () => {
    const strays = pages.flatMap(({ blocks }) =>
      blocks.filter(({ mark }, i) => mark === 'output' && blocks[i - 1]?.mark !== 'run'),
    );
    expect(strays).toEqual([]);
    expect(runnable.map(({ path }) => path)).toContain('README.md');
  });
});

describe('this test finds', { timeout }, () => {
  const page = (text: string) => readPage('page.md', text).blocks;

  it('what does not compile, by page and line', () => {
    const wrong = page("# A page\n\n```ts\nimport { parseCommand } from '@securitybot/core';\nparseCommand(1);\n```\n");
    expect(compile(wrong)).toEqual([expect.stringMatching(/^page\.md:5: error TS2345: .*'number'/)]);
  });

  it('commands that fail, by page and line', () => {
    expect(() => runPage(page('```sh run\nnpx securitybot dance\n```\n'))).toThrow(/^page\.md:2: .*unknown command/s);
  });

  it('output that differs, but for ids, times and durations', () => {
    const shown = (id: string, at: string) => `id ${id.repeat(64)} at ${at} (after 1 second)`;
    const command = `echo '${shown('a', '2026-11-24T05:16:19.437Z')}'`;
    const ran = (output: string) => {
      const text = `\`\`\`sh run\n${command}\n\`\`\`\n\n\`\`\`text output\n${output}\n\`\`\`\n`;
      return { text, now: corrected(text, runPage(page(text))) };
    };
    const same = ran(shown('b', '2026-01-01T00:00:00.000Z'));
    expect(same.now).toBe(same.text);
    const other = ran('ID b');
    expect(other.now).toBe(other.text.replace('ID b', shown('a', '2026-11-24T05:16:19.437Z')));
  });

  it('marks that are none', () => {
    expect(() => page('```sh runs\nls\n```\n')).toThrow('page.md:1: a ```sh block cannot be marked "runs".');
  });
});
