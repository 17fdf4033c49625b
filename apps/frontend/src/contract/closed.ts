import { z } from '@hono/zod-openapi';
import { distance } from 'fastest-levenshtein';

type RawIssue = z.core.$ZodRawIssue;

/** What to send for what a schema expects. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/** What is wrong, and what to send, in plain words; undefined where zod's own do. */
function inWords(issue: RawIssue): string | undefined {
  // What a query gives again comes as a list.
  if (Array.isArray(issue.input) && issue.input.length > 1 && issue.code.startsWith('invalid_')) {
    return 'has several values; give it once';
  }
  switch (issue.code) {
    case 'invalid_type': {
      const kind = KINDS[issue.expected] ?? issue.expected;
      return issue.input === undefined ? `is missing; send ${kind}` : `is not ${kind}`;
    }
    case 'invalid_value':
      return `is none of ${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `is longer than ${issue.maximum} characters`
        : `is more than ${issue.maximum}, which is the most`;
    case 'too_small':
      return issue.origin === 'string' ? 'is empty' : `is less than ${issue.minimum}, which is the least`;
    default:
      return undefined;
  }
}

z.config({ customError: inWords });

const isNear = (written: string, name: string) => distance(written, name) <= Math.min(2, Math.ceil(name.length / 3));

/** The names that were meant, where they are near to what was written. */
function meant(written: readonly string[], names: readonly string[]): string {
  const near = written.flatMap((each) => names.filter((name) => isNear(each.toLowerCase().slice(0, 40), name)));
  return near.length > 0 ? `; did you mean ${[...new Set(near)].join(' or ')}? There are` : '; there are';
}

/** An object with these members and no others: who misspells one hears which there are. */
export const closed = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is not known here${meant(issue.keys, Object.keys(shape))} ${Object.keys(shape).join(', ')}`
        : inWords(issue),
  });
