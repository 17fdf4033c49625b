import type { MessageNode } from '../contracts/message.js';
import { cleanLine, cleanText, joinLines } from './plain.js';

/*
 * The template language, one line at a time:
 *   {name}         a value, as text
 *   *strong*       `code`, both may hold values
 *   > …            a line by itself: a quote
 *   {{ and }}      braces
 *   \*  \`  \\  \>  the character itself
 * A line whose values are all empty is left out; so is the colon, comma or dash before an empty value that ends its line. A span of plain text that is a link becomes one where the template's own
 * words, or {url}, begin it: no other value can.
 */

type Piece = { readonly text: string } | { readonly value: string };
interface Span {
  readonly style: 'text' | 'strong' | 'code';
  readonly pieces: readonly Piece[];
}
type FilledPiece = { readonly text: string; readonly isValue: boolean };
interface Line {
  readonly quote: boolean;
  readonly spans: readonly Span[];
}

/** A sentence, parsed: values enter it as text and can never become markup. */
export interface Template {
  readonly lines: readonly Line[];
  /** The names of its placeholders, each once. */
  readonly placeholders: readonly string[];
}

const TOKEN = /\\([*`\\>])|\{\{|\}\}|\{([^{}]*)\}|[{}*`]|[^\\{}*`]+|\\/g;
const NAME = /^[a-z][a-zA-Z0-9-]*$/;

function parseLine(source: string): Line {
  const quote = source.startsWith('> ') || source === '>';
  const spans: Span[] = [];
  let style = 'text' as Span['style']; // changed by close, which the compiler does not see
  let pieces: Piece[] = [];
  const close = (next: Span['style']) => {
    if (pieces.length > 0) spans.push({ style, pieces });
    pieces = [];
    style = next;
  };
  for (const [token, escaped, name] of (quote ? source.slice(2) : source).matchAll(TOKEN)) {
    if (escaped !== undefined) pieces.push({ text: escaped });
    else if (token === '{{' || token === '}}') pieces.push({ text: token.charAt(0) });
    else if (name !== undefined) {
      if (!NAME.test(name))
        throw new SyntaxError(`"${cleanLine(`{${name}}`, 60)}" is no placeholder. Write a name, or {{ for a brace.`);
      pieces.push({ value: name });
    } else if (token === '{' || token === '}') {
      throw new SyntaxError(`A "${token}" without its counterpart. Write ${token}${token} for the character itself.`);
    } else if ((token === '*' && style !== 'code') || (token === '`' && style !== 'strong')) {
      const mark = token === '*' ? 'strong' : 'code';
      close(style === mark ? 'text' : mark);
    } else pieces.push({ text: token });
  }
  if (style !== 'text') {
    throw new SyntaxError(
      `A ${style === 'code' ? '`' : '*'} that is not closed on its line. Write \\ before it for the character itself.`,
    );
  }
  close('text');
  return { quote, spans };
}

/** A text without the line feeds at its end. No regular expression: those are slow where a text is made of line feeds. */
function withoutLastBreaks(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === '\n') end -= 1;
  return text.slice(0, end);
}

/** Parses a sentence of the catalogue. Throws a SyntaxError that says what is wrong and what to write instead. */
export function parseTemplate(source: string): Template {
  const lines = withoutLastBreaks(source).split('\n').map(parseLine);
  const names = lines.flatMap(({ spans }) => spans.flatMap(({ pieces }) => pieces));
  return { lines, placeholders: [...new Set(names.flatMap((piece) => ('value' in piece ? [piece.value] : [])))] };
}

/** What a value may be at the most, in UTF-16 code units; each output cuts further where it must. */
const LONGEST_VALUE = 4000;

/** What leads to a value, and to nothing where that is empty. */
const LEAD = /[ :,–—-]{1,3}$/;

/** A line's pieces without the words' punctuation before an empty value that ends it. */
function withoutLead(pieces: readonly FilledPiece[]): readonly FilledPiece[] {
  const [lead, last] = pieces.slice(-2);
  if (!lead || !last?.isValue || lead.isValue || last.text.trim() !== '') return pieces;
  return [...pieces.slice(0, -2), { ...lead, text: lead.text.replace(LEAD, '') }];
}

/** Fills a sentence. Values are cleaned; one that is missing is empty. A value of several lines keeps them in a quote, elsewhere they become blanks. */
export function renderTemplate(template: Template, values: Readonly<Record<string, string>> = {}): MessageNode[] {
  const value = (name: string) => cleanText(Object.hasOwn(values, name) ? (values[name] ?? '') : '', LONGEST_VALUE);
  const nodes: MessageNode[] = [];
  for (const { quote, spans } of template.lines) {
    const used = spans.flatMap(({ pieces }) =>
      pieces.flatMap((piece) => ('value' in piece ? [value(piece.value)] : [])),
    );
    if (used.length > 0 && used.every((text) => text.trim() === '')) continue;
    if (nodes.length > 0) nodes.push({ type: 'break' });
    const filled = spans.map(({ style, pieces }, i) => {
      const all = pieces.map((piece) =>
        'value' in piece ? { text: value(piece.value), isValue: true } : { text: piece.text, isValue: false },
      );
      const text = (i === spans.length - 1 ? withoutLead(all) : all).map((piece) => piece.text).join('');
      const [first] = pieces;
      const mayLink = style === 'text' && first !== undefined && ('text' in first || first.value === 'url');
      return { style, text, mayLink };
    });
    if (quote) {
      nodes.push({ type: 'quote', text: filled.map(({ text }) => text).join('') });
      continue;
    }
    for (const { style, text, mayLink } of filled) {
      const line = joinLines(text);
      nodes.push(mayLink && /^https?:\/\/\S+$/.test(line) ? { type: 'link', url: line } : { type: style, text: line });
    }
  }
  return nodes;
}
