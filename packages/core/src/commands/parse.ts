/** A direct message, understood as a command. */
export interface ParsedCommand {
  /** The first word, in lower case, without punctuation. */
  readonly name: string;
  /** What follows, split as a shell would; where quotes do not balance, on white space. */
  readonly args: readonly string[];
  /** What follows, verbatim but for blanks and `. , ! ? : ; – —` at its start: an explanation. */
  readonly rest: string;
}

const SINGLE_QUOTES = /[\u2018\u2019\u201a\u201b]/g;
const DOUBLE_QUOTES = /[\u201c\u201d\u201e\u201f\u00ab\u00bb]/g;
const DASHES = /[\u2013\u2014]/g;
const PAIRS: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '“': '”',
  '„': '“',
  '‘': '’',
  '«': '»',
};
/** Around and within the first word, what people may stick there. */
const STUCK = /[.,!?'"`]/g;
const FIRST_WORD = /^[\s.,!?'"`]*([^\s.,!?:;\u2013\u2014]+)/u;

/** A message quoted as a whole, without its quotes. */
function unwrap(text: string): string {
  const open = text.charAt(0);
  const close = PAIRS[open];
  if (close === undefined || !text.endsWith(close)) return text;
  const inner = text.slice(1, -1);
  return inner.includes(open) || inner.includes(close) ? text : inner;
}

/** Splits as a POSIX shell does (quotes group, a backslash takes the next character as it is); `undefined` where quotes do not balance. */
function shellSplit(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && /["\\]/.test(text.charAt(i + 1))) {
        i += 1;
        word += text.charAt(i);
      } else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === '\\' && i + 1 < text.length) {
      i += 1;
      word = (word ?? '') + text.charAt(i);
    } else word = (word ?? '') + char;
  }
  if (quote !== '') return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

/**
 * Reads a direct message as a command. Typographic quotes count as plain ones, en and em dashes as `--`; the explanation
 * (`rest`) keeps them. Never throws; `undefined` where there is no word.
 */
export function parseCommand(text: string): ParsedCommand | undefined {
  const message = unwrap(text.trim());
  const plain = message.replace(SINGLE_QUOTES, "'").replace(DOUBLE_QUOTES, '"'); // same length: positions hold
  const found = FIRST_WORD.exec(plain);
  if (!found) return undefined;
  const name = (found[1] ?? '').replace(STUCK, '').toLowerCase();
  if (name === '') return undefined;
  const after = found[0].length;
  const given = plain
    .slice(after)
    .replace(/^[.,!?:;]+/, '')
    .replace(DASHES, '--');
  return {
    name,
    args: shellSplit(given) ?? given.trim().split(/\s+/),
    rest: message.slice(after).replace(/^[\s.,!?:;\u2013\u2014]+/, ''),
  };
}
