import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MessageNode } from '../contracts/message.js';
import { cleanLine, cleanText, cut, ELLIPSIS, joinLines, plainText } from './plain.js';

/** Of any code units: halves of characters, controls and all. */
const anyText = (maxLength = 200) =>
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 0xff })), { maxLength })
    .map((units) => String.fromCharCode(...units));

const HUGE = 300_000;
const REPEATED = [
  'a',
  ' ',
  '\n',
  '\r',
  '\t',
  '\u200b',
  '\u202e',
  '\ud83d',
  '😀',
  ' \n',
  '\n ',
  '\r\n',
  '\u2028',
  '_ \n',
];

describe('cut', () => {
  test.each([
    ['short', 5, 'short'],
    ['longer', 5, 'long…'],
    ['longer', 1, '…'],
    ['longer', 0, ''],
    ['longer', -1, ''],
    ['longer', 2.5, 'l…'],
    ['longer', Number.POSITIVE_INFINITY, 'longer'],
    ['', 0, ''],
    ['a😀b', 4, 'a😀b'],
    ['a😀bc', 4, 'a😀…'],
    ['a😀bc', 3, 'a…'],
    ['a😀bc', 2, 'a…'],
    ['😀😀', 2, '…'],
  ])('%j to %d is %j', (text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  test('of any text gives its beginning, within the limit, without half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 50 }), (text, max) => {
        const short = cut(text, max);
        expect(short.length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(true);
        expect(text.startsWith(short.endsWith(ELLIPSIS) && short !== text ? short.slice(0, -1) : short)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('cleanText', () => {
  const removed = [
    ['a control (Cc)', '\u0000'],
    ['the bell', '\u0007'],
    ['an escape sequence’s begin', '\u001b'],
    ['delete', '\u007f'],
    ['a C1 control', '\u009b'],
    ['a soft hyphen (Cf)', '\u00ad'],
    ['a zero-width space', '\u200b'],
    ['a left-to-right mark', '\u200e'],
    ['an Arabic letter mark', '\u061c'],
    ['a right-to-left override', '\u202e'],
    ['a right-to-left isolate', '\u2067'],
    ['a byte order mark', '\ufeff'],
    ['an interlinear annotation', '\ufff9'],
    ['a tag', '\u{e0041}'],
    ['a variation selector that nobody sees', '\u{e0100}'],
    ['a Hangul filler (Lo)', '\u3164'],
    ['a combining grapheme joiner (Mn)', '\u034f'],
    ['a line separator (Zl)', '\u2028'],
    ['a paragraph separator (Zp)', '\u2029'],
    ['a high surrogate alone (Cs)', '\ud83d'],
    ['a low surrogate alone (Cs)', '\ude00'],
  ] as const;
  test.each(removed)('takes out %s', (_, char) => {
    expect(cleanText(`a${char}b`)).toBe('ab');
  });

  const kept = [
    ['Lu', 'Ä'],
    ['Ll', 'ß'],
    ['Lt', 'ǅ'],
    ['Lm', 'ʰ'],
    ['Lo', '漢'],
    ['Mn', 'e\u0301'],
    ['Mc', 'कि'],
    ['Me', 'a\u20dd'],
    ['Nd', '٣'],
    ['Nl', 'Ⅷ'],
    ['No', '½'],
    ['Pc', '_'],
    ['Pd', '—'],
    ['Ps, Pe', '{[(<>)]}'],
    ['Pi, Pf', '«»'],
    ['Po', '!@#%&*\\\'"`'],
    ['Sm', '+<>|'],
    ['Sc', '€'],
    ['Sk', '^'],
    ['So', '😀❤\ufe0f'],
    ['Zs', '\u00a0 \u3000'],
    ['Co', '\ue000'],
    ['a line feed', '\n'],
  ] as const;
  test.each(kept)('keeps %s', (_, text) => {
    expect(cleanText(`a${text}b`)).toBe(`a${text}b`);
  });

  test('turns line ends into line feeds, and tabs into blanks', () => {
    expect(cleanText('a\r\nb\rc\n\rd\te')).toBe('a\nb\nc\n\nd e');
  });

  test('leaves nothing of what it takes out, in any text', () => {
    fc.assert(
      fc.property(anyText(), fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }), (text, max) => {
        const clean = cleanText(text, max);
        expect(clean).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        expect(clean.length).toBeLessThanOrEqual(max ?? text.length);
        if (max === undefined) expect(cleanText(clean)).toBe(clean);
      }),
      { numRuns: 1000 },
    );
  });

  test('marks a cut, even where nothing of the beginning is to be seen', () => {
    const hidden = `${'\u200b'.repeat(10_000)}rm -rf /`;
    expect(cleanText(hidden)).toBe('rm -rf /');
    expect(cleanText(hidden, 100)).toBe(ELLIPSIS);
    expect(cleanText('a'.repeat(10_000), 100)).toBe(`${'a'.repeat(99)}${ELLIPSIS}`);
  });
});

describe('one line', () => {
  test.each([
    ['a\nb', 'a b'],
    ['a \n\n \t b', 'a b'],
    ['\na\n', ' a '],
    ['  a  b  ', '  a  b  '],
    ['', ''],
  ])('joins %j to %j', (text, expected) => {
    expect(joinLines(text)).toBe(expected);
  });

  test.each([
    [' a \r\n b ', undefined, 'a b'],
    ['\n\n', undefined, ''],
    ['a\n\n\nb', 3, 'a b'],
    ['one two three', 8, 'one two…'],
    ['\u202eevil\nline', 7, 'evil l…'],
  ])('cleans %j within %s to %j', (text, max, expected) => {
    expect(cleanLine(text, max)).toBe(expected);
  });

  test('of any text has no line end, and no blank around it', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        const clean = cleanLine(text);
        expect(clean).not.toMatch(/[\n\r\u2028\u2029]/);
        expect(clean).toBe(clean.trim());
      }),
    );
  });
});

test('300,000 of anything are cleaned in linear time', () => {
  for (const unit of REPEATED) {
    const text = unit.repeat(HUGE);
    const started = performance.now();
    cleanText(text);
    cleanText(text, 4000);
    cleanLine(text);
    cleanLine(text, 100);
    joinLines(text);
    expect(performance.now() - started, JSON.stringify(unit)).toBeLessThan(5000); // quadratic takes minutes
  }
});

describe('plainText', () => {
  const nodes: readonly MessageNode[] = [
    { type: 'strong', text: 'sudo' },
    { type: 'text', text: ': ' },
    { type: 'code', text: 'rm -rf /' },
    { type: 'break' },
    { type: 'quote', text: 'one\ntwo' },
    { type: 'break' },
    { type: 'link', url: 'https://example.com/' },
  ];

  test('shows every kind of node as its text, quotes line by line', () => {
    expect(plainText(nodes)).toBe('sudo: rm -rf /\n> one\n> two\nhttps://example.com/');
  });

  test('begins a quote on a line of its own', () => {
    expect(
      plainText([
        { type: 'text', text: 'said' },
        { type: 'quote', text: 'x' },
      ]),
    ).toBe('said\n> x');
    expect(plainText([{ type: 'quote', text: 'x' }])).toBe('> x');
    expect(plainText([])).toBe('');
  });
});

test('a quote has lines of its own, whatever stands beside it', () => {
  expect(
    plainText([
      { type: 'text', text: 'a' },
      { type: 'quote', text: 'b\n\nc' },
      { type: 'text', text: 'd' },
    ]),
  ).toBe('a\n> b\n> \n> c\nd');
});
