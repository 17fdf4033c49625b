import { expect, test } from 'vitest';
import { keyOf, personOf } from './person.js';

const PERSONS = [
  '',
  'U1',
  'U1 ',
  'U1%20',
  'a b',
  ' ',
  '  ',
  '%',
  '%25',
  '%2525',
  'a\0b',
  '%00',
  '\ud83d',
  '%d83d',
  '👩‍💻',
  '\udfff\ud800',
];

test('every person has a key of their own, and is found by it', () => {
  const keys = PERSONS.map(keyOf);
  expect(new Set(keys).size).toBe(PERSONS.length);
  expect(keys.map(personOf)).toEqual(PERSONS);
  for (const key of keys) expect(key).not.toMatch(/\0|\p{Surrogate}| $/u);
});

test('keys that any engine holds are as they are', () => {
  for (const person of ['U1', 'login:o’brien', 'login:a b', '👩‍💻']) expect(keyOf(person)).toBe(person);
});

test('a key that the column would cut is rejected', () => {
  expect(keyOf('x'.repeat(255))).toHaveLength(255);
  expect(() => keyOf('x'.repeat(256))).toThrow(expect.objectContaining({ code: 'REJECTED' }));
  expect(() => keyOf('%'.repeat(86))).toThrow(expect.objectContaining({ code: 'REJECTED' }));
});
