import type { ZulipViolation } from './types.js';

export type Violation = Omit<ZulipViolation, 'at'>;

/** Thrown where a call is refused: what Zulip answers, and what the client did wrong. */
export interface Refusal extends Error {
  readonly status: number;
  /** Zulip's, such as `BAD_REQUEST`. */
  readonly code: string;
  /** More members of the answer. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly violation?: Violation;
}

/** A refusal that is no fault of the client. https://zulip.com/api/rest-error-handling */
export function failure(
  message: string,
  { status = 400, code = 'BAD_REQUEST', data = {} }: Partial<Pick<Refusal, 'status' | 'code' | 'data'>> = {},
): Refusal {
  return Object.assign(new Error(message), { status, code, data });
}

/** The refusal of a call that breaks a rule. */
export function refusal(rule: Violation['rule'], detail: string, refused: Refusal): Refusal {
  return Object.assign(refused, { violation: { rule, detail } });
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && typeof (error as Partial<Refusal>).status === 'number';
}

export function bodyOf({ message, code, data }: Refusal): Record<string, unknown> {
  return { result: 'error', msg: message, code, ...data };
}
