import { z } from '@hono/zod-openapi';

/** What an error says, by RFC 9457. */
export const Problem = z
  .object({
    type: z
      .string()
      .openapi({ description: 'Which kind of problem; stays the same.', example: 'urn:securitybot:problem:invalid' }),
    title: z.string().openapi({ description: 'The kind in words.' }),
    status: z.int().openapi({ description: "The answer's status." }),
    detail: z.string().optional().openapi({ description: 'What is wrong this time, and the way out.' }),
    errors: z
      .array(
        z.object({
          field: z
            .string()
            .openapi({ description: 'The parameter, or the field of the body; empty: the body itself.' }),
          message: z.string().openapi({ description: 'What is wrong with it, and what it should be.' }),
        }),
      )
      .optional()
      .openapi({ description: 'Which fields are wrong.' }),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof Problem>;

/** Kinds of problems. */
export const PROBLEMS = {
  invalid: { status: 400, title: 'The request is not what it should be' },
  unauthenticated: { status: 401, title: 'Nobody is signed in' },
  forbidden: { status: 403, title: 'That is not allowed' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'wrong-method': { status: 405, title: 'That cannot be done here' },
  'no-length': { status: 411, title: 'Nobody knows how long the body is' },
  'too-large': { status: 413, title: 'The body is too large' },
  'wrong-type': { status: 415, title: 'The body is of the wrong type' },
  'wrong-host': { status: 421, title: 'That name is none of this server' },
  'too-many': { status: 429, title: 'Too many requests' },
  failed: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'The database does not answer' },
} as const;
export type ProblemKind = keyof typeof PROBLEMS;

const answer = (...kinds: readonly ProblemKind[]) => ({
  content: { 'application/problem+json': { schema: Problem } },
  description: kinds.map((kind) => PROBLEMS[kind].title).join('; or: '),
});

/** The problems any request may meet. */
export const ANY_PROBLEM = {
  400: answer('invalid'),
  401: answer('unauthenticated'),
  403: answer('forbidden'),
  429: answer('too-many'),
  503: answer('unavailable'),
} as const;
export const NOT_FOUND = { 404: answer('not-found') } as const;
/** The problems a body may have. */
export const BODY_PROBLEM = { 411: answer('no-length'), 413: answer('too-large'), 415: answer('wrong-type') } as const;
