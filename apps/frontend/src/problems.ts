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

/** Answers a request for what is not served. */
export function notThere(context: Context): Response {
  return problem(context, 'not-found', 'Nothing is served at that address; /api/reference lists what is.');
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
    return keys.slice(0, 20).map((key) => ({ field: [field, key].filter(Boolean).join('.').slice(0, 100), message }));
  });
}

/** Answers a request with wrong fields: each is named, and the first are in the text, too. */
export function invalidFields(context: Context, errors: readonly FieldError[]): Response {
  const texts = errors.slice(0, 3).map(({ field, message }) => `${field || 'The body'} ${message}.`);
  return problem(context, 'invalid', texts.join(' '), errors);
}

/** Answers a request that its schema does not let through. */
export function refuseInvalid(
  result: { readonly success: boolean; readonly error?: { readonly issues: readonly Issue[] } },
  context: Context,
): Response | undefined {
  if (result.success) return undefined;
  return invalidFields(context, fieldErrors(result.error?.issues ?? []));
}

/** What Hono refuses by itself. */
const REFUSED: Readonly<Record<number, readonly [kind: ProblemKind, detail: string]>> = {
  400: ['invalid', 'The body is no JSON. Send an object, such as {"username": "ann", "title": "sudo"}, in UTF-8.'],
  413: ['too-large', 'Send less at once.'],
  415: ['wrong-type', 'Send JSON, with the header "Content-Type: application/json".'],
};

/** Answers what a handler throws; what nobody foresaw is told to `log`, and not to whoever asked. */
export function answerErrors(log: (error: unknown) => void): ErrorHandler {
  return (error, context) => {
    if (error instanceof HTTPException) {
      const [kind, detail] = REFUSED[error.status] ?? ['failed', error.message];
      return problem(context, kind, detail);
    }
    // Of a plugin's errors only what somebody asked for wrongly is theirs to know.
    if (isPluginError(error) && error.code === 'REJECTED') {
      const said = error.message.replace(/^[\w-]+: /, '');
      const [, field = ''] = /\b(cursor|limit|after|before)\b/.exec(said) ?? [];
      return problem(context, 'invalid', said, [{ field, message: said }]);
    }
    log(error);
    return problem(context, isPluginError(error) ? 'unavailable' : 'failed');
  };
}
