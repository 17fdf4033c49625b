import { expect, test } from 'vitest';
import { play } from './fixtures.js';
import { recordOf } from './record.js';
import type { Answer, Verdict } from './types.js';

const yes: Answer = { said: 'yes', explanation: '', at: 1 };
const unsure: Answer = { said: 'unsure', explanation: 'hm', at: 1 };

test.each<[name: string, Verdict, Answer | undefined, comment: string, performed: boolean, authenticated: boolean]>([
  [
    'a cause stands as it is where nobody answered',
    { kind: 'escalated', at: 1, cause: 'flood' },
    undefined,
    'flood',
    false,
    false,
  ],
  ['a yes without words', { kind: 'confirmed', at: 1, proof: 'challenge' }, yes, '', true, true],
  ['waived is not authenticated', { kind: 'confirmed', at: 1, proof: 'waived' }, yes, '', true, false],
  ['a yes that was not proven', { kind: 'escalated', at: 1, cause: 'fraud' }, yes, '', true, false],
  ['unsure is no claim', { kind: 'escalated', at: 1, cause: 'unsure' }, unsure, 'hm', false, false],
])('%s', (_name, verdict, answer, comment, performed, authenticated) => {
  const game = play();
  game.alert();
  const task = { ...game.task(), state: 'closed', verdict, ...(answer ? { answer } : {}) } as const;
  expect(recordOf(task)).toEqual({ status: 2, comment, performed, authenticated });
});
