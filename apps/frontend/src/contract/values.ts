import { z } from '@hono/zod-openapi';
import { parseWhen } from '@securitybot/formats';

/** How long a login, a title or a search may be that somebody asks for, in characters. */
const LONGEST_NAME = 1000;
const MOST_NAMES = 100;

/** A query parameter that may be given again: `?titles=sudo&titles=su`. */
export const manyNames = (what: string) =>
  z
    .preprocess(
      (value) => (value === undefined ? undefined : [value].flat()),
      z.array(z.string().max(LONGEST_NAME)).max(MOST_NAMES).optional(),
    )
    .openapi({
      type: 'array',
      items: { type: 'string', maxLength: LONGEST_NAME },
      maxItems: MOST_NAMES,
      description: what,
    });

export const flag = (what: string) =>
  z
    .enum(['true', 'false'], 'write true or false')
    .transform((value) => value === 'true')
    .optional()
    .openapi({ type: 'boolean', description: what });

/** A time as somebody asks for it, in ms since the epoch. */
export const when = (what: string) =>
  z
    .string()
    .max(40)
    .transform((value, context) => {
      const time = parseWhen(value, Date.now());
      if (time !== undefined) return time;
      context.addIssue('write ISO 8601 such as 2026-11-24T09:30:00Z, or so long ago: -30m, -6h, -2d');
      return z.NEVER;
    })
    .optional()
    .openapi({
      type: 'string',
      maxLength: 40,
      description: `${what} ISO 8601, UTC where it names no zone, or so long ago: \`-30m\`, \`-6h\`, \`-1d12h\`.`,
      example: '-2d',
    });

export const count = (what: string, most: number, usual: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'write a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(most))
    .default(usual)
    .openapi({ type: 'integer', minimum: 1, maximum: most, default: usual, description: what });

export const name = (what: string) =>
  z.string().max(LONGEST_NAME).regex(/\S/, 'is empty').openapi({ description: what });

export const time = (what: string) =>
  z.string().openapi({ format: 'date-time', description: `${what} ISO 8601 in UTC.`, example: '2026-11-24T09:30:00Z' });

export const format = z.enum(['json', 'csv', 'ndjson']).optional().openapi({
  description:
    'In what form. Where it is not given, `Accept` decides: `text/csv` (RFC 4180; no cell is a formula), `application/x-ndjson` (an object a line), else JSON.',
});

/** What a list answers with, besides JSON. */
export const FORMATS = {
  'text/csv': { schema: z.string() },
  'application/x-ndjson': { schema: z.string() },
} as const;
