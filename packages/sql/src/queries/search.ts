import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { SqlDatabase } from '../database.js';
import { isMysqlFamily } from '../engine.js';

/** What a search looks into. */
const COLUMNS = [
  'alerts.ldap',
  'alerts.title',
  'alerts.description',
  'alerts.reason',
  'alerts.url',
  'user_responses.comment',
] as const;

/** More words find nothing more. */
const MOST_WORDS = 8;

export function wordsOf(search = ''): readonly string[] {
  const words = search.replaceAll('\0', ' ').toWellFormed().split(/\s+/).filter(Boolean);
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/** SQLite knows no capitals outside ASCII. */
function spellings({ engine }: SqlDatabase, word: string): readonly string[] {
  if (engine !== 'sqlite') return [word];
  return [...new Set([word, word.toLowerCase(), word.toUpperCase()])];
}

function contains({ engine }: SqlDatabase, column: string, word: string): RawBuilder<SqlBool> {
  const pattern = `%${word.replace(/[!%_]/g, '!$&')}%`;
  if (engine === 'postgres') return sql<SqlBool>`${sql.ref(column)} ilike ${pattern} escape '!'`;
  // A table in latin1 cannot be compared with what latin1 cannot hold.
  const text = isMysqlFamily(engine)
    ? sql`convert(${sql.ref(column)} using utf8mb4) collate utf8mb4_unicode_ci`
    : sql.ref(column);
  return sql<SqlBool>`${text} like ${pattern} escape '!'`;
}

const HEX = /^[0-9a-f]{1,64}$/;

/** Holds for the ids that begin so. */
function identifies(word: string): RawBuilder<SqlBool>[] {
  const prefix = word.toLowerCase();
  if (!HEX.test(prefix)) return [];
  const end = (digit: string) => Buffer.from(prefix.padEnd(64, digit), 'hex');
  return [sql<SqlBool>`alerts.hash between ${end('0')} and ${end('f')}`];
}

function says(database: SqlDatabase, word: string): RawBuilder<SqlBool> {
  const found = spellings(database, word).flatMap((each) => COLUMNS.map((column) => contains(database, column, each)));
  return sql<SqlBool>`(${sql.join([...identifies(word), ...found], sql` or `)})`;
}

/** Holds where each of the words is somewhere in an alert and its answer. */
export function saysAll(database: SqlDatabase, words: readonly string[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`${sql.join(
    words.map((word) => says(database, word)),
    sql` and `,
  )}`;
}
