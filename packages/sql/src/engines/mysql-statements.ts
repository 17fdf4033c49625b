import type { ExecuteValues, PoolConnection, Query, QueryError } from 'mysql2';

/** Run so often on a connection as text; from then on prepared: the server need not parse it, nor we escape its values. */
const THRESHOLD = 3;
/** Statements counted on a connection at the most. */
const COUNTED = 500;
/**
 * The statement cannot be prepared; the server has no place for another one, or no longer knows it; it has to be prepared anew.
 * None of them has run. https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
 */
const NOT_PREPARED = new Set([1295, 1461, 1243, 1615]);
/** mysql2 binds every number as a DOUBLE, which MySQL does not take there. */
const TAKES_NO_DOUBLE = /\b(limit|offset) \?/;

type Callback = (error: QueryError | null, result: unknown) => void;

/** Runs statements on a connection: those that come again and again prepared, the others as text. */
export function createStatements(connection: PoolConnection) {
  const runs = new Map<string, number>();

  /** Whether it has come often enough. */
  function isRepeated(statement: string): boolean {
    const count = (runs.get(statement) ?? 0) + 1;
    if (count === 1 && runs.size === COUNTED) runs.clear();
    runs.set(statement, count);
    return count > THRESHOLD;
  }

  return (statement: string, values: unknown[], callback: Callback): Query => {
    const asText = () => connection.query(statement, values as ExecuteValues[], callback);
    if (values.length === 0 || TAKES_NO_DOUBLE.test(statement) || !isRepeated(statement)) return asText();
    const bound = values.map((value) => value ?? null) as ExecuteValues[];
    return connection.execute(statement, bound, (error, result) => {
      if (!error || !NOT_PREPARED.has(Number(error.errno))) return callback(error, result);
      runs.set(statement, Number.NEGATIVE_INFINITY);
      asText();
    });
  };
}
