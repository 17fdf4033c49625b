import { cut, normalise } from '@securitybot/core';

/** Leaves room in a conversation's key for what core puts before a login of nobody's (`login:`), and for what `fit` adds to one it has to change. */
const MAX_LOGIN = 220;

/** A login as alerts have it. What is longer is nobody's; cut with a mark, it goes to the security team as such. */
export function loginOf(text: string): string {
  return cut(normalise(text), MAX_LOGIN);
}
