import { normalise } from '@securitybot/core';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type Engine, isMysqlFamily } from './engine.js';

/**
 * A login or title in SQL as `normalise` has it, as far as SQL can: blanks of ASCII are trimmed, and outside ASCII some
 * databases know no lower case. For grouping and counting, and where equal is decided by `normalise` afterwards.
 */
export function normalisedSql(engine: Engine, column: string): RawBuilder<string> {
  return sql.raw(normalisedExpression(engine, column));
}

/** The same as text: SQLite and PostgreSQL use an index only for the very expression it was made with. */
export function normalisedExpression(engine: Engine, column: string): string {
  switch (engine) {
    case 'sqlite':
      return `lower(trim(${column}, char(9, 10, 11, 12, 13, 32)))`;
    case 'postgres':
      return `lower(btrim(${column}, E' \\t\\n\\x0b\\f\\r'))`;
    default:
      return `lower(regexp_replace(${column}, '^[[:space:]]+|[[:space:]]+$', ''))`;
  }
}

/** A login as people write it: all small, all capitals, the first letter a capital. */
function spellings(login: string): readonly string[] {
  const small = normalise(login);
  const [first = ''] = small;
  return [...new Set([small, small.toUpperCase(), first.toUpperCase() + small.slice(first.length)])];
}

const asciiLower = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/**
 * A condition, by index, that holds for every row of one of those logins in `blacklist` or `ignored` however somebody wrote
 * it (capitals, blanks around it), and for some other rows, too: compare what comes with `normalise`.
 */
export function maybeLogin(engine: Engine, ...logins: readonly string[]): RawBuilder<SqlBool> {
  if (!isMysqlFamily(engine)) {
    const values = new Set(logins.flatMap((login) => [normalise(login), ...spellings(login).map(asciiLower)]));
    return sql<SqlBool>`${normalisedSql(engine, 'ldap')} in (${sql.join([...values])})`;
  }
  // MariaDB has no index on an expression. The key's own order finds what begins alike, and what begins with a blank.
  return beginsLike('ldap', logins.flatMap(spellings));
}

/** Holds, on MySQL and MariaDB by an index, where the column begins like one of the texts or with a blank, as its own collation compares. */
export function beginsLike(column: string, texts: readonly string[]): RawBuilder<SqlBool> {
  const name = sql.ref(column);
  const beginnings = texts.map((text) => sql`${name} like ${`${text.replace(/[!%_]/g, '!$&')}%`} escape '!'`);
  return sql<SqlBool>`(${sql.join(beginnings, sql` or `)} or ${name} < '!')`;
}
