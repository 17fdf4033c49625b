import { createHash } from 'node:crypto';
import { ELLIPSIS, normalise } from '@securitybot/core';

/** The seed's columns that take text from outside. */
export type TextColumn =
  | 'alerts.ldap'
  | 'alerts.title'
  | 'alerts.description'
  | 'alerts.reason'
  | 'alerts.url'
  | 'user_responses.comment'
  | 'ignored.ldap'
  | 'ignored.title'
  | 'ignored.reason'
  | 'blacklist.ldap';

/** What a column holds. */
export interface TextColumnFact {
  /** At most so many characters (Unicode code points). */
  readonly characters: number;
  /** At most so many bytes in UTF-8: the most that any of the character sets takes. */
  readonly bytes: number;
  /** MySQL's name of the character set; `utf8mb4` holds everything. */
  readonly charset: string;
  /** The column's own collation takes capitals for small letters. Absent: it does not, or nobody knows. */
  readonly ignoresCase?: boolean;
}

export type TextColumnFacts = Readonly<Partial<Record<TextColumn, TextColumnFact>>>;

const column = (characters: number): TextColumnFact => ({
  characters,
  bytes: Number.POSITIVE_INFINITY,
  charset: 'utf8mb4',
});

/** The tables as our migrations make them. The seed's VARCHAR sizes hold on every engine, so that a title is cut alike wherever it is kept. */
const OURS: Readonly<Record<TextColumn, TextColumnFact>> = {
  'alerts.ldap': column(255),
  'alerts.title': column(255),
  'alerts.description': column(255),
  'alerts.reason': column(Number.POSITIVE_INFINITY),
  'alerts.url': column(511),
  'user_responses.comment': column(Number.POSITIVE_INFINITY),
  'ignored.ldap': column(255),
  'ignored.title': column(255),
  'ignored.reason': column(255),
  'blacklist.ldap': column(255),
};

export const TEXT_COLUMNS = Object.keys(OURS) as readonly TextColumn[];

const KEYS: ReadonlySet<TextColumn> = new Set<TextColumn>([
  'alerts.ldap',
  'alerts.title',
  'ignored.ldap',
  'ignored.title',
  'blacklist.ldap',
]);

// What MySQL calls latin1 is Windows-1252: https://dev.mysql.com/doc/refman/8.0/en/charset-we-sets.html
const LATIN1 = /[^\p{ASCII}\u00a0-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu;
const BEYOND_BMP = /[\u{10000}-\u{10ffff}]/gu;
const BEYOND_ASCII = /\P{ASCII}/gu;

function held(text: string, charset: string): string {
  switch (charset) {
    case 'utf8mb4':
      return text;
    case 'utf8mb3':
    case 'utf8':
      return text.replace(BEYOND_BMP, '?');
    case 'latin1':
      return text.replace(LATIN1, '?');
    default:
      return text.replace(BEYOND_ASCII, '?');
  }
}

/** Cuts a text to so many characters at the most, mark included. */
function cutCharacters(text: string, max: number): string {
  if (text.length <= max) return text; // there are never more characters than UTF-16 code units
  const characters = Array.from(text.slice(0, max * 2 + 2)); // nobody should pay for what is cut off
  return characters.length <= max ? text : characters.slice(0, max - 1).join('') + ELLIPSIS;
}

/** Cuts a text to so many bytes of UTF-8 at the most, mark included. */
function cutBytes(text: string, max: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= max) return text;
  let end = max - Buffer.byteLength(ELLIPSIS);
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1; // not within a character
  return bytes.toString('utf8', 0, end) + ELLIPSIS;
}

/** See `SqlDatabase.fit`. */
export function fitText(facts: TextColumnFacts, column: TextColumn, text: string): string {
  const { characters, bytes, charset } = facts[column] ?? OURS[column];
  // PostgreSQL stores no NUL, and no engine half a surrogate pair.
  const clean = text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
  const fitted = cutBytes(cutCharacters(held(clean, charset), characters), bytes);
  if (fitted === clean || !KEYS.has(column)) return held(fitted, charset);
  // A mute goes by login and title: two that differ must not become one.
  const size = Math.min(16, Math.floor(characters / 2)); // somebody may have made the column shorter
  const digest = createHash('sha256').update(normalise(text)).digest('hex').slice(0, size);
  return held(cutCharacters(`${fitted}${ELLIPSIS}`, characters - digest.length) + digest, charset);
}
