import { z } from '@hono/zod-openapi';
import { parseWhen } from '@securitybot/formats';

/** How long a login, a title or a search may be that somebody asks for, in characters. */
const LONGEST_NAME = 1000;
const MOST_NAMES = 100;

/** What a value names; one that holds a comma may be a list, or a name that has commas, and stands for both. */
function namesOf(value: unknown): readonly unknown[] {
  if (typeof value !== 'string' || !value.includes(',')) return [value];
  const parts = value.split(',').filter((name) => name.trim() !== '');
  // A list may be longer than any name.
  return value.length > LONGEST_NAME && parts.length > 1 ? parts : [value, ...parts];
}

/** A query parameter that may name several: `?titles=sudo,su`, or `?titles=sudo&titles=su`. */
export const manyNames = (what: string) =>
  z
    .preprocess(
      (value) => (value === undefined ? undefined : [value].flat().flatMap(namesOf)),
      z
        .array(
          z
            .string()
            .max(LONGEST_NAME)
            .regex(/[^\s,]/, 'is empty'),
        )
        .max(MOST_NAMES)
        .optional(),
    )
    .openapi({
      type: 'array',
      items: { type: 'string', maxLength: LONGEST_NAME },
      maxItems: MOST_NAMES,
      description: `${what} Several: separated by commas, or given again. What holds a comma is looked for whole, too.`,
    });

export const flag = (what: string) =>
  z
    .enum(['true', 'false'])
    .transform((value) => value === 'true')
    .optional()
    .openapi({ type: 'boolean', description: what });

/** A `+` that was not written as `%2B` comes as a blank: that of a zone can be told. */
const withZone = (value: string) => value.replace(/(:\d\d(?:\.\d+)?) (?=\d\d(?::?\d\d)?$)/, '$1+');

/** A time as somebody asks for it, in ms since the epoch. */
export const when = (what: string) =>
  z
    .string()
    .max(40)
    .transform((value, context) => {
      const time = parseWhen(withZone(value), Date.now());
      if (time !== undefined) return time;
      context.addIssue('is no time; write ISO 8601 such as 2026-11-24T09:30:00Z, or so long ago: -30m, -6h, -2d');
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
    .regex(/^\d{1,9}$/, 'is not a whole number')
    .transform(Number)
    .pipe(z.number().min(1).max(most))
    .default(usual)
    .openapi({ type: 'integer', minimum: 1, maximum: most, default: usual, description: what });

/** Where the page before ended; an empty one is none. */
export const cursor = (what: string, shape: RegExp) =>
  z
    .string()
    .max(2000)
    .regex(shape, "is none of this list's; take `next` of the page before")
    .transform((value) => value || undefined)
    .optional()
    .openapi({ type: 'string', maxLength: 2000, description: what });

export const name = (what: string, example: string) =>
  z.string().max(LONGEST_NAME).regex(/\S/, 'is empty').openapi({ description: what, example });

export const time = (what: string) =>
  z.string().openapi({ format: 'date-time', description: `${what} ISO 8601 in UTC.`, example: '2026-11-24T09:30:00Z' });

export const format = z.enum(['json', 'csv', 'ndjson']).optional().openapi({
  description:
    'In what form. Where it is not given, `Accept` decides: `text/csv` (RFC 4180; no cell is a formula), `application/x-ndjson` (an object a line), else JSON.',
});

/** Headers of a list that comes page by page. */
export const NEXT = z.object({
  link: z.string().optional().openapi({
    description: 'Where the list goes on, as `<…>; rel="next"` (RFC 8288); absent at its end.',
    example: '</api/alerts?limit=50&cursor=WyJuZXdlc3QiXQ>; rel="next"',
  }),
});

/** What a list answers with, besides JSON. */
export const FORMATS = {
  'text/csv': { schema: z.string() },
  'application/x-ndjson': { schema: z.string() },
} as const;
