import { isMap, isScalar, type Node } from 'yaml';
import { near } from './near.js';
import { secretAdvice } from './secrets.js';
import { isFull, nameOf, report, show, type Value } from './source.js';
import { isEmpty, wrongKind } from './values.js';

/** One line of a map: its name and what stands there. */
export interface Entry {
  readonly name: string;
  /** The place of the name. */
  readonly key: Value;
  readonly value: Value;
}

/** A map's entries, in order. Two that `sameAs` makes equal are a problem. Nothing at all is an empty map. */
export function entriesOf(map: Value, sameAs: (name: string) => string = (name) => name): readonly Entry[] {
  const { source, node, path } = map;
  if (isEmpty(node)) return [];
  if (!isMap<Node, Node | null>(node)) {
    wrongKind(map, 'Write "name: value" lines, indented below it.');
    return [];
  }
  const entries: Entry[] = [];
  const seen = new Map<string, Entry>();
  for (const { key: keyNode, value: valueNode } of node.items) {
    if (isFull(source)) break;
    const name = isScalar(keyNode) ? String(keyNode.value) : '';
    const key = { source, node: keyNode, path: [...path, name], at: keyNode?.range?.[0] ?? map.at };
    const value = {
      ...key,
      node: valueNode ?? undefined,
      at: isEmpty(valueNode) ? key.at : (valueNode?.range?.[0] ?? key.at),
    };
    const first = seen.get(sameAs(name));
    if (first) {
      const { line } = source.lines.linePos(first.key.at);
      const as = first.name === name ? '' : `, as ${show(first.name)}`;
      report(key, `${show(name)} stands on line ${line} already${as}. Remove one of the two.`);
      continue;
    }
    const entry = { name, key, value };
    seen.set(sameAs(name), entry);
    entries.push(entry);
  }
  return entries;
}

/** More names than these are not listed in an error. */
const LISTED = 20;

/** Secrets below a key that is not known: told as such, however wrong the key above them is. */
function reportSecretsBelow(value: Value, depth = 3): void {
  if (depth === 0 || !isMap(value.node)) return;
  for (const { key, value: below } of entriesOf(value)) {
    const advice = secretAdvice(key.path);
    if (advice) report(key, `${show(key.path.at(-1))}: ${advice}`);
    else reportSecretsBelow(below, depth - 1);
  }
}

function adviceOn(name: string, known: readonly string[]): string {
  const meant = near(name, known);
  if (meant) return `Did you mean "${meant}"?`;
  return known.length > LISTED ? 'Remove it, or look up its name.' : `Remove it, or write one of ${known.join(', ')}.`;
}

/** A key that nobody reads. */
export function reportUnknown({ name, key, value }: Entry, known: readonly string[]): void {
  if (isFull(key.source)) return;
  const secret = secretAdvice(key.path);
  report(key, secret ? `${show(name)}: ${secret}` : `${show(name)} is not known here. ${adviceOn(name, known)}`);
  reportSecretsBelow(value);
}

/** Reads a value; `undefined` where a problem was reported. */
export type Read<T> = (value: Value) => T | undefined;

/** Reads a map of named fields, all of them optional; keys that are not among them are problems. */
export function fields<T extends object>(readers: { readonly [K in keyof T]: Read<T[K]> }): (map: Value) => Partial<T> {
  return (map) => {
    const result: Partial<T> = {};
    const known = Object.keys(readers);
    for (const entry of entriesOf(map)) {
      if (!Object.hasOwn(readers, entry.name)) {
        reportUnknown(entry, known);
        continue;
      }
      const name = entry.name as keyof T;
      const read = readers[name](entry.value);
      if (read !== undefined) result[name] = read;
    }
    return result;
  };
}

/** Reads a map whose names are free. */
export function record<T>(read: Read<T>, sameAs: (name: string) => string): Read<Readonly<Record<string, T>>> {
  return (map) =>
    Object.fromEntries(
      entriesOf(map, sameAs).flatMap(({ name, key, value }) => {
        if (name.trim() === '') report(key, `${nameOf(map)} has an entry without a name. Write one before the colon.`);
        const got = read(value);
        return got === undefined ? [] : [[sameAs(name), got] as const];
      }),
    );
}
