/**
 * Waits for a server's answer to a statement, so long after the time at which the server itself should have stopped it. The
 * drivers' own time-outs would use a connection again on which an answer may still come, or outlive the connection.
 * @param timeoutMs how long the statement may take. Undefined: as long as it needs.
 * @param giveUp told that none came. @returns to be called once one did.
 */
export function expectAnswer(timeoutMs: number | undefined, giveUp: (error: Error) => void): () => void {
  if (timeoutMs === undefined) return () => {};
  const ms = timeoutMs + Math.min(timeoutMs, 5000);
  const error = () => Object.assign(new Error(`no answer within ${ms} ms`), { code: 'ETIMEDOUT' });
  const timer = setTimeout(() => giveUp(error()), ms);
  return () => clearTimeout(timer);
}
