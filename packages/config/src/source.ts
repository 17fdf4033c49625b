import { cleanLine } from '@securitybot/core';
import { LineCounter, type Node, parseDocument, type YAMLError } from 'yaml';
import type { Problem } from './problem.js';

/** Problems listed of one file at the most. */
const MOST_PROBLEMS = 100;

/** A file being read, and what was found wrong in it. */
export interface Source {
  readonly file: string;
  readonly lines: LineCounter;
  readonly problems: Problem[];
}

/** A place in a file: a value, and what to call it. */
export interface Value {
  readonly source: Source;
  /** Absent: nothing stands there. */
  readonly node: Node | undefined;
  /** The keys that lead to it; none: the whole file. */
  readonly path: readonly string[];
  /** Where to point at: an offset. */
  readonly at: number;
}

interface Explanation {
  /** Takes the place of YAML's own words. */
  readonly what?: string;
  readonly advice: string;
}

const LOOK = 'Look at this line and the one above: check colons, quotes and indentation.';
const SYNTAX: Readonly<Partial<Record<YAMLError['code'], Explanation>>> = {
  BAD_DQ_ESCAPE: { advice: 'Within "…" write \\\\ for a backslash, or use \'…\', where it stands for itself.' },
  BAD_INDENT: { advice: 'Indent what belongs together by the same number of blanks.' },
  BAD_SCALAR_START: { advice: 'Put the text in quotes.' },
  BLOCK_AS_IMPLICIT_KEY: { advice: 'Put a text with ": " in it in quotes, or begin a new line.' },
  MISSING_CHAR: { advice: 'Close what was opened, and put texts with special characters in quotes.' },
  MULTILINE_IMPLICIT_KEY: { advice: 'Write "name: value" on one line, and close the quotes above it.' },
  MULTIPLE_DOCS: { what: 'The file holds several documents', advice: 'Remove the line "---" between them.' },
  NON_STRING_KEY: { what: 'This is no name', advice: 'Write a word before the colon, in quotes if need be.' },
  RESOURCE_EXHAUSTION: { what: 'This is nested too deep', advice: 'Check the brackets and the indentation.' },
  TAB_AS_INDENT: { advice: 'Indent with blanks.' },
  TAG_RESOLVE_FAILED: {
    what: 'A word that begins with "!" means nothing here',
    advice: 'Remove it, or put the text in quotes.',
  },
};

/** Remembers a problem. What it says may quote what it found: that is cut and cleaned by `show`. */
export function report({ source, at }: Pick<Value, 'source' | 'at'>, message: string): void {
  if (isFull(source)) return;
  const { line, col } = source.lines.linePos(at);
  source.problems.push({ file: source.file, line: Math.max(line, 1), column: Math.max(col, 1), message });
}

/** Whether listing more problems would help nobody. */
export function isFull({ problems }: Source): boolean {
  return problems.length > MOST_PROBLEMS;
}

/** A file's problems from its top to its end. */
export function problemsOf({ problems }: Source): readonly Problem[] {
  const listed = problems.slice(0, MOST_PROBLEMS).sort((a, b) => a.line - b.line || a.column - b.column);
  const last = listed.at(-1);
  if (last && problems.length > MOST_PROBLEMS)
    listed.push({ ...last, message: 'There is more. Mend the above first.' });
  return listed;
}

/** What was found, fit for a line of an error. */
export function show(found: unknown): string {
  return JSON.stringify(cleanLine(String(found), 60));
}

/** A value's name for people: `answer.low`. */
export function nameOf({ path }: Value): string {
  return path.length === 0 ? 'The file' : show(path.join('.'));
}

/** Of YAML's own message the part that cannot quote the file, where a secret might stand. */
function saying(error: YAMLError): string {
  return cleanLine((error.message.split(': ')[0] ?? '').replace(/[;.].*$/, ''), 120);
}

/** Reads a text as YAML 1.2 with its core schema (`no`, `yes` and `on` are words), whatever its directives say. */
export function parseSource(file: string, text: string): Value {
  const lines = new LineCounter();
  const source: Source = { file, lines, problems: [] };
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false, // told by us, with the line of the first, and in linear time
    logLevel: 'error',
  });
  const places = new Set<number>();
  for (const error of [...document.errors, ...document.warnings]) {
    const [at] = error.pos;
    if (places.has(at)) continue; // one mistake, told in several ways
    places.add(at);
    const { what = saying(error), advice = LOOK } = SYNTAX[error.code] ?? {};
    report({ source, at }, `${what}. ${advice}`);
  }
  return { source, path: [], at: 0, node: document.contents ?? undefined };
}
