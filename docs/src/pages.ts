import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository's folder, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A fenced code block. */
export interface Block {
  /** Its page, relative to the repository. */
  readonly page: string;
  /** The line of its first line of code, counted from 1. */
  readonly line: number;
  /** Where its code begins in the page's text. */
  readonly start: number;
  /** Its language, the first word after the fence. */
  readonly language: string;
  /** The second word. `run`: it is run. `output`: what the run block before it prints. A path: the file it copies. Empty: none of these. */
  readonly mark: string;
  readonly code: string;
}

export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** Whether the block is a copy of a file of the repository, named by its path. */
export const isCopy = ({ mark }: Pick<Block, 'mark'>): boolean => mark.includes('/');

const MARKS: Readonly<Record<string, readonly string[]>> = {
  ts: ['', 'run'],
  sh: ['', 'run'],
  sql: ['', 'run'],
  text: ['', 'output'],
};

/** Takes a page apart. Throws where a mark is none, so that no block is left out by a slip of the pen. */
export function readPage(path: string, text: string): Page {
  const blocks: Block[] = [];
  for (const found of text.matchAll(/^( *)```([a-z]+)(?: ([^\n]*))?\n([\s\S]*?)^\1```$/gm)) {
    const [whole, , language = '', mark = '', code = ''] = found;
    const start = found.index + whole.indexOf('\n') + 1;
    const line = text.slice(0, start).split('\n').length;
    if (mark !== '' && !isCopy({ mark }) && !MARKS[language]?.includes(mark)) {
      throw new Error(`${path}:${line - 1}: a \`\`\`${language} block cannot be marked "${mark}".`);
    }
    blocks.push({ page: path, line, start, language, mark, code });
  }
  return { path, text, blocks };
}

/** The page's text with other code in these blocks, which are in order. */
export function replaced(text: string, blocks: readonly (readonly [Block, string])[]): string {
  return blocks.reduceRight(
    (page, [{ start, code }, next]) => page.slice(0, start) + next + page.slice(start + code.length),
    text,
  );
}

/** Every page that people read. */
export function readPages(): Page[] {
  const patterns = ['*.md', 'docs/*.md', '{packages,apps,examples}/*/README.md', 'e2e/README.md'];
  return globSync(patterns, { cwd: ROOT })
    .toSorted()
    .map((path) => readPage(path, readFileSync(`${ROOT}${path}`, 'utf8')));
}
