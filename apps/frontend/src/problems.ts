import { isPluginError } from '@securitybot/core';
import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { PROBLEMS, type Problem, type ProblemKind } from './contract/problem.js';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** An answer by RFC 9457. */
export function problem(
  context: Context,
  kind: ProblemKind,
  detail?: string,
  errors?: readonly FieldError[],
): Response {
  const { status, title } = PROBLEMS[kind];
  const body: Problem = {
    type: `urn:securitybot:problem:${kind}`,
    title,
    status,
    ...(detail !== undefined && { detail }),
    ...(errors && { errors: [...errors] }),
  };
  return context.json(body, status as ContentfulStatusCode, { 'content-type': 'application/problem+json' });
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** The fields that a schema finds wrong; one that nobody knows is named itself. */
export function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.slice(0, 20).flatMap(({ code, path, message, keys }) => {
    const field = path.map(String).join('.');
    if (code !== 'unrecognized_keys' || !keys) return [{ field, message }];
    return keys
      .slice(0, 20)
      .map((key) => ({ field: [field, key].filter(Boolean).join('.').slice(0, 100), message: 'is not known here' }));
  });
}

/** Answers a request that its schema does not let through. */
export function refuseInvalid(
  result: { readonly success: boolean; readonly error?: { readonly issues: readonly Issue[] } },
  context: Context,
): Response | undefined {
  if (result.success) return undefined;
  return problem(context, 'invalid', 'See errors.', fieldErrors(result.error?.issues ?? []));
}

const KINDS: Readonly<Record<number, ProblemKind>> = { 413: 'too-large', 415: 'wrong-type', 400: 'invalid' };

/** Answers what a handler throws; what nobody foresaw is told to `log`, and not to whoever asked. */
export function answerErrors(log: (error: unknown) => void): ErrorHandler {
  return (error, context) => {
    if (error instanceof HTTPException) {
      return problem(context, KINDS[error.status] ?? 'failed', error.message);
    }
    // Of a plugin's errors only what somebody asked for wrongly is theirs to know.
    if (isPluginError(error) && error.code === 'REJECTED') {
      const [, field = ''] = /\b(cursor|limit|after|before)\b/.exec(error.message) ?? [];
      return problem(context, 'invalid', error.message, [{ field, message: error.message }]);
    }
    log(error);
    return problem(context, isPluginError(error) ? 'unavailable' : 'failed');
  };
}
