import { expect, test } from 'vitest';
import { play } from './fixtures.js';
import { recordOf } from './record.js';
import type { Task, Verdict } from './types.js';

function closed(verdict: Verdict, answer?: Task['answer']): Task {
  const game = play();
  game.alert();
  return { ...game.task(), state: 'closed', verdict, ...(answer ? { answer } : {}) };
}

const yes = { said: 'yes', explanation: '', at: 1 } as const;

test.each([
  [
    'a cause stands as it is where nobody answered',
    closed({ kind: 'escalated', at: 1, cause: 'flood' }),
    'flood',
    false,
    false,
  ],
  ['a yes without words', closed({ kind: 'confirmed', at: 1, proof: 'challenge' }, yes), '', true, true],
  ['waived is not authenticated', closed({ kind: 'confirmed', at: 1, proof: 'waived' }, yes), '', true, false],
  ['a yes that was not proven', closed({ kind: 'escalated', at: 1, cause: 'fraud' }, yes), '', true, false],
  [
    'unsure is no claim',
    closed({ kind: 'escalated', at: 1, cause: 'unsure' }, { ...yes, said: 'unsure', explanation: 'hm' }),
    'hm',
    false,
    false,
  ],
])('%s', (_name, task, comment, performed, authenticated) => {
  expect(recordOf(task)).toEqual({ status: 2, comment, performed, authenticated });
});
