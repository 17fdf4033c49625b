import { isAlias, isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { nameOf, report, show, type Value } from './source.js';

const UNITS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
const YEAR = 365 * 86_400_000;
const CONTROLS = /[^\P{Cc}\t\n]/u;

/** Nothing stands there: `name:` and no more. */
export function isEmpty(node: Node | null | undefined): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

/** A scalar as it was written. */
function rawOf(node: Node | undefined): string {
  if (!isScalar(node)) return '';
  return node.source ?? String(node.value);
}

function kindOf(node: Node | undefined): string {
  if (isMap(node)) return 'is a map';
  if (isSeq(node)) return 'is a list';
  return isEmpty(node) ? 'has no value' : `is ${show(rawOf(node))}`;
}

/** Reports that something of another kind stands where it should not. */
export function wrongKind(value: Value, advice: string): void {
  const what = isAlias(value.node)
    ? 'is an alias, which is not understood here. Write the value itself.'
    : `${kindOf(value.node)}. ${advice}`;
  report(value, `${nameOf(value)} ${what}`);
}

function scalar(value: Value, advice: string): Scalar | undefined {
  if (isScalar(value.node) && value.node.value !== null) return value.node;
  wrongKind(value, advice);
  return undefined;
}

/** A text: not empty, of as many lines as it likes; line feeds at its end do not count. */
export function text(value: Value): string | undefined {
  const node = scalar(value, 'Write a text.');
  if (!node) return undefined;
  if (typeof node.value !== 'string') {
    report(value, `${nameOf(value)} is ${show(rawOf(node))}, not a text. Put it in quotes.`);
    return undefined;
  }
  let end = node.value.length;
  while (node.value[end - 1] === '\n') end -= 1;
  const found = node.value.slice(0, end);
  if (found.trim() === '') {
    report(value, `${nameOf(value)} is empty. Write a text.`);
  } else if (CONTROLS.test(found) || !found.isWellFormed()) {
    report(value, `${nameOf(value)} has a control character or half a character in it. Remove it.`);
  } else return found;
  return undefined;
}

/** A text of one line. */
export function line(value: Value): string | undefined {
  const found = text(value);
  if (found === undefined || !found.includes('\n')) return found;
  report(value, `${nameOf(value)} has several lines. Write it on one.`);
  return undefined;
}

/** `true` or `false`. */
export function flag(value: Value): boolean | undefined {
  const node = scalar(value, 'Write true or false.');
  if (!node) return undefined;
  if (typeof node.value === 'boolean') return node.value;
  report(value, `${nameOf(value)} is ${show(rawOf(node))}. Write true or false.`);
  return undefined;
}

/** A whole number within bounds, both included. */
export function count(least: number, most: number): (value: Value) => number | undefined {
  const advice = `Write a whole number from ${least} to ${most}.`;
  return (value) => {
    const node = scalar(value, advice);
    if (!node) return undefined;
    const found = node.value;
    if (typeof found === 'number' && Number.isInteger(found) && found >= least && found <= most) return found;
    report(value, `${nameOf(value)} is ${show(rawOf(node))}. ${advice}`);
    return undefined;
  };
}

/** `1h30m` in ms; days, hours, minutes and seconds, each once and in that order. */
function durationOf(written: string): number | undefined {
  const found = /^(?:(\d+)d)?\s*(?:(\d+)h)?\s*(?:(\d+)m)?\s*(?:(\d+)s)?$/.exec(written.trim().toLowerCase());
  const given = found?.slice(1).map((part) => part as string | undefined);
  if (!given?.some((part) => part !== undefined)) return undefined;
  return ['d', 'h', 'm', 's'].reduce((sum, unit, i) => sum + Number(given[i] ?? 0) * (UNITS[unit] ?? 0), 0);
}

/** A duration in ms, between bounds given in the same way; at most a year. */
export function duration(least: string, most = '365d'): (value: Value) => number | undefined {
  const [from, to] = [durationOf(least) ?? 0, Math.min(durationOf(most) ?? YEAR, YEAR)];
  const advice = `Write a duration such as 90s, 15m, 1h30m or 7d, from ${least} to ${most}.`;
  return (value) => {
    const node = scalar(value, advice);
    if (!node) return undefined;
    const raw = rawOf(node);
    const found = raw.length > 100 ? undefined : durationOf(raw);
    if (found !== undefined && found >= from && found <= to) return found;
    const why = found !== undefined ? `, which is too ${found < from ? 'short' : 'long'}` : '';
    report(value, `${nameOf(value)} is ${show(raw)}${why}. ${advice}`);
    return undefined;
  };
}

/** One of some words. */
export function oneOf<T extends string>(...words: readonly T[]): (value: Value) => T | undefined {
  const advice = words.length === 1 ? `Write ${words[0]}, or remove the line.` : `Write one of ${words.join(', ')}.`;
  return (value) => {
    const node = scalar(value, advice);
    if (!node) return undefined;
    const found = words.find((word) => word === node.value);
    if (found === undefined) report(value, `${nameOf(value)} is ${show(rawOf(node))}. ${advice}`);
    return found;
  };
}

/** The items of a list; a single value counts as a list of one. */
export function itemsOf(value: Value): readonly Value[] {
  const { node } = value;
  if (!isSeq<Node | null>(node)) return [value];
  if (node.items.length === 0)
    report(value, `${nameOf(value)} is an empty list. Write something into it, or remove the line.`);
  return node.items.map((item) => ({ ...value, node: item ?? undefined, at: item?.range?.[0] ?? value.at }));
}

/** A list of at least one; `undefined` where an item was wrong. */
export function list<T>(read: (value: Value) => T | undefined): (value: Value) => readonly T[] | undefined {
  return (value) => {
    const items = itemsOf(value);
    const found = items.map(read).filter((item) => item !== undefined);
    return found.length > 0 && found.length === items.length ? found : undefined;
  };
}
