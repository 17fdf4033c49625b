import { cut } from '@securitybot/core';
import { normalise } from '@securitybot/sql';

/** The longest key of a conversation: the column's size on MySQL. */
export const MAX_PERSON = 255;
/** Leaves room in that key for what core puts before a login of nobody's (`login:`), and for what `fit` adds to one it has to change. */
const MAX_LOGIN = 220;

/** A login as alerts have it. What is longer is nobody's; cut with a mark, it goes to the security team as such. */
export function loginOf(text: string): string {
  return cut(normalise(text), MAX_LOGIN);
}
