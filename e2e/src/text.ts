import { expect } from 'vitest';

/** What no terminal should ever be sent by us: controls, format characters (bidirectional ones among them), halves of characters, odd separators. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Fails where an output holds anything but printable characters and line feeds. */
export function expectPrintable(output: string): void {
  const at = output.search(UNPRINTABLE);
  const found = at < 0 ? undefined : JSON.stringify(output.slice(Math.max(0, at - 40), at + 40));
  expect(found).toBeUndefined();
}

/** Fails where an output does not show these, one after the other. */
export function expectInOrder(output: string, texts: readonly (string | RegExp)[]): void {
  let rest = output;
  for (const text of texts) {
    expect(rest).toMatch(text);
    const match = typeof text === 'string' ? { index: rest.indexOf(text), 0: text } : text.exec(rest);
    if (match) rest = rest.slice(match.index + match[0].length);
  }
}

/** The reports in what a terminal showed: each as its lines. */
export function reportsIn(output: string): string[][] {
  const reports: string[][] = [];
  let isWithin = false;
  for (const line of output.split('\n')) {
    if (line.startsWith('#security:')) reports.push([line]);
    else if (isWithin && line.startsWith('  ')) reports.at(-1)?.push(line);
    isWithin = line.startsWith('#security:') || (isWithin && line.startsWith('  '));
  }
  return reports;
}
