import { expect, test } from 'vitest';
import { fitText, type TextColumnFacts } from './fit.js';

const LATIN1: TextColumnFacts = {
  'alerts.title': { characters: 255, bytes: 255, charset: 'latin1' },
  'user_responses.comment': { characters: 65_535, bytes: 65_535, charset: 'latin1' },
  'alerts.reason': { characters: 65_535, bytes: 65_535, charset: 'utf8mb3' },
  'ignored.reason': { characters: 255, bytes: 255, charset: 'koi8r' },
};

test('what fits stays as it is', () => {
  const text = `\u202e<b>'"\\%_; drop table alerts; -- 🦊 ${'x'.repeat(70_000)}`;
  expect(fitText({}, 'alerts.reason', text)).toBe(text);
  expect(fitText({}, 'alerts.title', '🦊'.repeat(255))).toBe('🦊'.repeat(255));
});

test('what is too long is cut with a mark, by characters', () => {
  expect(fitText({}, 'alerts.description', 'x'.repeat(256))).toBe(`${'x'.repeat(254)}…`);
  expect(fitText({}, 'alerts.url', '🦊'.repeat(600))).toBe(`${'🦊'.repeat(510)}…`);
});

test('a comment is cut to the bytes of a TEXT column, between characters', () => {
  const cut = fitText(LATIN1, 'alerts.reason', `x${'é'.repeat(40_000)}`);
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(65_535);
  expect(cut).toBe(`x${'é'.repeat(32_765)}…`);
});

test('two titles or logins never become one by being cut', () => {
  const [one, two] = ['1', '2'].map((end) => fitText({}, 'ignored.title', 'x'.repeat(300) + end));
  expect(one).not.toBe(two);
  expect(one).toMatch(/^x{238}…[0-9a-f]{16}$/);
  expect(fitText({}, 'ignored.title', 'X'.repeat(300) + 1).toLowerCase()).toBe(one);
  expect(fitText({}, 'ignored.title', String(one))).toBe(one);
});

test('nor in a column that somebody made shorter', () => {
  const short: TextColumnFacts = { 'alerts.ldap': { characters: 10, bytes: 40, charset: 'utf8mb4' } };
  expect(fitText(short, 'alerts.ldap', 'someone.else')).toMatch(/^some…[0-9a-f]{5}$/);
});

test('nor by what the column cannot hold', () => {
  const [one, two] = ['жук', 'кот'].map((title) => fitText(LATIN1, 'alerts.title', title));
  expect(one).toMatch(/^\?\?\?…[0-9a-f]{16}$/);
  expect(two).not.toBe(one);
});

test('characters that a column cannot hold become question marks', () => {
  expect(fitText(LATIN1, 'user_responses.comment', 'Größe €5 — „ja“ 👍 жук')).toBe('Größe €5 — „ja“ ? ???');
  expect(fitText(LATIN1, 'alerts.reason', 'жук 👍')).toBe('жук ?');
  expect(fitText(LATIN1, 'ignored.reason', 'naïve')).toBe('na?ve');
  expect(fitText(LATIN1, 'ignored.reason', 'x'.repeat(300))).toBe(`${'x'.repeat(252)}?`);
});

test('no engine gets a NUL or half a surrogate pair', () => {
  expect(fitText({}, 'alerts.reason', 'a\0b\ud800c')).toBe('a\ufffdb\ufffdc');
});
