import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './pages.js';

/** A file of the repository. */
export const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** What stands under a heading, up to the next of its level or a higher one. */
export function section(path: string, heading: string, level = '##'): string {
  const [, text] = read(path).split(`\n${level} ${heading}\n`);
  if (text === undefined) throw new Error(`${path} has no heading "${heading}".`);
  return text.split(new RegExp(`\n#{1,${level.length}} `))[0] ?? '';
}

/** The rows of the first table: the cells of each, with emphasis as messages write it. */
export function rowsOf(text: string): string[][] {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => /^\|[-| ]+\|$/.test(line));
  const end = lines.findIndex((line, i) => i > head && !line.startsWith('|'));
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll(/_(\{\w+\})_/g, '*$1*'));
  return lines.slice(head + 1, end).map(cells);
}
