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

const ADVICE: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  BAD_DQ_ESCAPE: 'Write \\\\ for a backslash within "…", or use \'…\', where it stands for itself.',
  BAD_INDENT: 'Indent what belongs together by the same number of blanks.',
  BAD_SCALAR_START: 'Put the text in quotes.',
  BLOCK_AS_IMPLICIT_KEY: 'Put a text with ": " in it in quotes, or begin a new line.',
  MISSING_CHAR: 'Close what was opened, and put texts with special characters in quotes.',
  MULTILINE_IMPLICIT_KEY: 'Write "name: value" on one line, and close the quotes above it.',
  MULTIPLE_DOCS: 'Keep one document in the file: remove the line "---" between them.',
  NON_STRING_KEY: 'Write a name before the colon, in quotes where it begins with a special character.',
  RESOURCE_EXHAUSTION: 'It is nested deeper than any configuration: check the brackets and the indentation.',
  TAB_AS_INDENT: 'Indent with blanks, not with tabs.',
  TAG_RESOLVE_FAILED: 'Remove the word that begins with "!", or put the text in quotes.',
};

/** Remembers a problem. What it says may quote what it found: that is cut and cleaned by `show`. */
export function report({ source, at }: Pick<Value, 'source' | 'at'>, message: string): void {
  const { problems, lines, file } = source;
  if (problems.length > MOST_PROBLEMS) return;
  const { line, col } = lines.linePos(at);
  const isLast = problems.length === MOST_PROBLEMS;
  problems.push({
    file,
    line: Math.max(line, 1),
    column: Math.max(col, 1),
    message: isLast ? 'There is more. Mend the above first.' : message,
  });
}

/** Whether listing more problems would help nobody. */
export function isFull({ problems }: Source): boolean {
  return problems.length > MOST_PROBLEMS;
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
  const root = { source, path: [], at: 0 };
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
  for (const error of [...document.errors, ...document.warnings]) {
    const advice = ADVICE[error.code] ?? 'Look at this line and the one above: check colons, quotes and indentation.';
    report({ source, at: error.pos[0] }, `${saying(error)}. ${advice}`);
  }
  return { ...root, node: document.contents ?? undefined };
}
