import { type Entry, entriesOf, KINDS } from '../../packages/create-securitybot/src/catalogue.js';

const HEAD = ['', 'flag', 'is', 'packages', 'variables'];

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

function row(kind: string, word: string, { title, hint, packages, variables, guide }: Entry): string[] {
  return [
    `[${title}](../${guide})`,
    `\`--${kind} ${word}\``,
    hint,
    code(packages),
    code(variables.map(({ name }) => name)),
  ];
}

/** What create-securitybot offers, as a table: from the catalogue that it asks from. */
export function catalogueTable(): string {
  const rows = KINDS.flatMap((kind) => [...entriesOf(kind)].map(([word, entry]) => row(kind, word, entry)));
  const widths = HEAD.map((_, column) => Math.max(...[HEAD, ...rows].map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |\n`;
  return [HEAD, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('');
}
