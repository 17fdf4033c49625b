import assert from 'node:assert/strict';
import { isPluginError, type PluginError, type PluginErrorCode } from '@securitybot/core';

/** Every code there is. */
const CODES: readonly PluginErrorCode[] = ['BAD_CREDENTIALS', 'RATE_LIMITED', 'UNAVAILABLE', 'REJECTED'];

/** Waits for a rejection by a PluginError of one of those codes, and gives it. */
export async function rejection(
  what: string,
  promise: Promise<unknown>,
  codes: readonly PluginErrorCode[] = CODES,
): Promise<PluginError> {
  let error: unknown;
  try {
    const value = await promise;
    assert.fail(`${what} must be refused by a PluginError, and was answered: ${JSON.stringify(value)}`);
  } catch (thrown) {
    if (thrown instanceof assert.AssertionError) throw thrown;
    error = thrown;
  }
  assert.ok(isPluginError(error), `${what} must throw a PluginError, and threw ${String(error)}`);
  assert.ok(codes.includes(error.code), `${what}: expected ${codes.join(' or ')}, got ${error.code}: ${error.message}`);
  assert.ok(error.message.length > 0, `${what}: its PluginError says nothing`);
  const { retryAfterMs } = error;
  const isWait = retryAfterMs === undefined || (Number.isFinite(retryAfterMs) && retryAfterMs >= 0);
  assert.ok(isWait, `${what}: retryAfterMs is ${retryAfterMs}, which is no time in ms`);
  return error;
}

/** What a call came to: its value, or the PluginError that it was refused by. Anything else thrown is a failure. */
export async function answerOrRefusal<T>(
  what: string,
  promise: Promise<T>,
): Promise<{ readonly value: T } | { readonly refused: PluginError }> {
  try {
    return { value: await promise };
  } catch (error) {
    assert.ok(isPluginError(error), `${what} must answer or throw a PluginError, and threw ${String(error)}`);
    return { refused: error };
  }
}
