import { z } from '@hono/zod-openapi';

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

/** An object with these members and no others: who misspells one hears which there are. */
export const closed = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `is not known here; there are ${Object.keys(shape).join(', ')}`
        : inWords(issue),
  });
