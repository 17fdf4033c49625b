import type { Message } from './messages.js';
import { isDirect } from './messages.js';
import { badParameter } from './parameters.js';
import { apiEmailOf, emailOf } from './people.js';

interface Term {
  readonly operator: string;
  readonly operand: unknown;
  readonly negated: boolean;
}

/** `{ operator, operand, negated }`, or `[operator, operand]`. */
function readTerm(endpoint: string, term: unknown): Term {
  if (Array.isArray(term) && term.length === 2 && typeof term[0] === 'string') {
    return { operator: term[0], operand: term[1], negated: false };
  }
  const { operator, operand, negated = false } = Object(term) as Partial<Term>;
  if (typeof operator === 'string' && operand !== undefined && typeof negated === 'boolean') {
    return { operator, operand, negated };
  }
  throw badParameter(endpoint, 'narrow', 'Invalid narrow operator: no term', 'BAD_NARROW');
}

function fits({ operator, operand }: Term, message: Message): boolean | undefined {
  const { author } = message;
  if (operator === 'is' && (operand === 'dm' || operand === 'private')) return isDirect(message);
  if (operator === 'is' && operand === 'unread') return !message.readByBot;
  if (operator === 'sender' && typeof operand === 'number') return author.id === operand;
  if (operator === 'sender') return [emailOf(author), apiEmailOf(author)].includes(String(operand));
  return undefined;
}

/** What a narrow lets through. Throws a Refusal for one that is not understood. https://zulip.com/api/construct-narrow */
export function readNarrow(endpoint: string, narrow: string | undefined): (message: Message) => boolean {
  const parsed: unknown = JSON.parse(narrow ?? '[]');
  if (!Array.isArray(parsed)) throw badParameter(endpoint, 'narrow', 'narrow is no list', 'BAD_NARROW');
  const terms = parsed.map((term) => readTerm(endpoint, term));
  return (message) =>
    terms.every((term) => {
      const isFit = fits(term, message);
      if (isFit === undefined) {
        const what = `${term.operator}: ${JSON.stringify(term.operand)} is not played here`;
        throw badParameter(endpoint, 'narrow', what, 'BAD_NARROW');
      }
      return isFit !== term.negated;
    });
}
