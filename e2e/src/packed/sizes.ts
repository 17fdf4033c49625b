import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Tarball } from './tarballs.ts';

/** How large a package is, in bytes. */
interface Size {
  readonly name: string;
  /** What is downloaded. */
  readonly packed: number;
  /** What is then on the disk, without its dependencies. */
  readonly unpacked: number;
}

function sizeOfFolder(path: string): number {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

/** `project`: where they are installed. */
export function sizesOf(tarballs: readonly Tarball[], project: string): Size[] {
  return tarballs.map(({ name, packed }) => ({
    name,
    packed,
    unpacked: sizeOfFolder(join(project, 'node_modules', name)),
  }));
}

const inKB = (bytes: number) => `${Math.max(1, Math.round(bytes / 1000))} kB`;

/** The page with these sizes in place of those below its heading "Sizes". */
export function withSizes(page: string, sizes: readonly Size[]): string {
  const cells = [
    ['package', 'packed', 'on the disk'],
    ...sizes.map(({ name, packed, unpacked }) => [`\`${name}\``, inKB(packed), inKB(unpacked)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |\n`;
  const rows = [cells[0] ?? [], widths.map((width) => '-'.repeat(width)), ...cells.slice(1)];
  return page.replace(
    /(\n## Sizes\n(?:\n[^|#].*)*\n\n)(?:\|.*\n)*/,
    (_, head: string) => head + rows.map(line).join(''),
  );
}

/** What the page says more than a quarter wrong, or not at all. */
export function unlikeSizes(page: string, sizes: readonly Size[]): string[] {
  const said = new Map(
    [...page.matchAll(/^\| `(.*?)` *\| (\d+) kB *\| (\d+) kB *\|$/gm)].map(([, name, ...kB]) => [name, kB.map(Number)]),
  );
  const isAlike = (kB: number | undefined, bytes: number) =>
    kB !== undefined && Math.abs(kB * 1000 - bytes) < bytes / 4 + 1000;
  return sizes
    .filter(
      ({ name, packed, unpacked }) => !isAlike(said.get(name)?.[0], packed) || !isAlike(said.get(name)?.[1], unpacked),
    )
    .map(({ name, packed, unpacked }) => `${name}: ${inKB(packed)}, ${inKB(unpacked)}`);
}
