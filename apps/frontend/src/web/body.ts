import type { MiddlewareHandler } from 'hono';
import { problem } from '../problems.js';

/** The longest body, in bytes. */
const LONGEST_BODY = 4 * 1024 * 1024;

/** Refuses what is too long before it is read; Node.js reads no more than was announced. */
export const limitBody: MiddlewareHandler = async (context, next) => {
  if (context.req.header('transfer-encoding') !== undefined) {
    return problem(context, 'no-length', 'Send a Content-Length.');
  }
  if (Number(context.req.header('content-length') ?? 0) > LONGEST_BODY) {
    return problem(context, 'too-large', `Send ${LONGEST_BODY} bytes at the most.`);
  }
  return next();
};
