/**
 * Why a plugin could not do what it was asked.
 * - `BAD_CREDENTIALS`: the provider refuses our token or key; a person has to mend the configuration.
 * - `RATE_LIMITED`: later, not before `retryAfterMs`. Nothing was done.
 * - `UNAVAILABLE`: no usable answer; it may or may not have been done, unless `notSent` says it was not.
 * - `REJECTED`: understood and refused; the same call will be refused again.
 */
export type PluginErrorCode = 'BAD_CREDENTIALS' | 'RATE_LIMITED' | 'UNAVAILABLE' | 'REJECTED';

export interface PluginErrorOptions {
  /** How long to wait before the next try, in ms. */
  readonly retryAfterMs?: number;
  /** Nothing reached the provider (a refused connection, say), so even a challenge may be tried again. */
  readonly notSent?: boolean;
  readonly cause?: unknown;
}

/** The one error that plugins throw. Its message names the plugin, the thing, the value and the way out. */
export class PluginError extends Error {
  override readonly name = 'PluginError';
  readonly code: PluginErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly notSent: boolean;

  constructor(code: PluginErrorCode, message: string, options: PluginErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.notSent = options.notSent ?? (code === 'RATE_LIMITED' || code === 'REJECTED' || code === 'BAD_CREDENTIALS');
  }
}

const CODES: ReadonlySet<unknown> = new Set<PluginErrorCode>([
  'BAD_CREDENTIALS',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'REJECTED',
]);

/** Recognises a PluginError by its shape: a plugin may bring its own copy of this package. */
export function isPluginError(error: unknown): error is PluginError {
  return error instanceof Error && error.name === 'PluginError' && CODES.has((error as Partial<PluginError>).code);
}
