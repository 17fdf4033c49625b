import { expect, test } from 'vitest';
import { retrying } from './write.js';

const never = () => false;

/** How often that error is met, when it never passes. */
async function triesOf(error: unknown, isFinal: (error: unknown) => boolean = never): Promise<number> {
  let tries = 0;
  const failing = retrying(async () => {
    tries += 1;
    throw error;
  }, isFinal);
  await expect(failing).rejects.toBe(error);
  return tries;
}

const conflict = Object.assign(new Error('Deadlock found'), { errno: 1213 });
const lost = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

test('a conflict that never passes is thrown in the end', async () => {
  expect(await triesOf(conflict)).toBe(20);
});

test('a server that is down is soon said to be so', async () => {
  expect(await triesOf(lost)).toBe(5);
});

test('other errors, and what is final, are thrown at once', async () => {
  expect(await triesOf(new Error('a mistake of ours'))).toBe(1);
  expect(await triesOf(lost, () => true)).toBe(1);
});

test('what passes is done', async () => {
  const failures: unknown[] = [conflict, lost, conflict];
  const result = await retrying(async () => {
    const failure = failures.shift();
    if (failure) throw failure;
    return 'done';
  }, never);
  expect(result).toBe('done');
});
