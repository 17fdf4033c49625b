import type { DuoViolation } from './types.js';

/** Messages as Duo words them. https://duo.com/docs/authapi#response-format */
const MESSAGES: Readonly<Record<number, string>> = {
  40001: 'Missing required request parameters',
  40002: 'Invalid request parameters',
  40101: 'Missing request credentials',
  40102: 'Invalid integration key in request credentials',
  40103: 'Invalid signature in request credentials',
  40104: 'Missing request timestamp',
  40105: 'Bad request timestamp',
  40106: 'Invalid content type',
  40301: 'Access forbidden',
  40401: 'Resource not found',
  40501: 'Method not allowed',
  42901: 'Too many requests',
};

export type Violation = Omit<DuoViolation, 'at'>;

/** Thrown where a request is refused: what Duo answers instead of a response, and what the client did wrong. */
export interface Refusal extends Error {
  /** Duo's; the HTTP status is its first three digits. */
  readonly code: number;
  /** Duo's `message_detail`. */
  readonly detail?: string;
  readonly violation?: Violation;
}

/** A refusal that is no fault of the client. */
export function failure(
  code: number,
  { message, detail }: { message?: string | undefined; detail?: string | undefined } = {},
): Refusal {
  const error = new Error(message ?? MESSAGES[code] ?? 'Failed');
  return Object.assign(error, { code, ...(detail === undefined ? {} : { detail }) });
}

/** The refusal of a request that breaks a rule. */
export function refusal(code: number, rule: Violation['rule'], what: string, detail?: string): Refusal {
  const violation = { rule, detail: what };
  return Object.assign(failure(code, { detail }), { violation });
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && typeof (error as Partial<Refusal>).code === 'number';
}

export function bodyOf({ code, message, detail }: Refusal): string {
  return JSON.stringify({ stat: 'FAIL', code, message, ...(detail === undefined ? {} : { message_detail: detail }) });
}

export const statusOf = ({ code }: Refusal) => Math.floor(code / 100);
