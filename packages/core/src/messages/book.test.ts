import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTemplate, messageBook } from './book.js';
import { MESSAGES, type MessageName } from './catalogue.js';
import { defaultMessages } from './defaults.js';
import { plainText } from './plain.js';

const book = messageBook(defaultMessages);
const names = Object.keys(MESSAGES) as MessageName[];

describe('the shipped sentences', () => {
  test('are one for each name of the catalogue, and none beside', () => {
    expect(Object.keys(defaultMessages).sort()).toEqual([...names].sort());
  });

  test.each(names)('%s says something, with and without its values', (name) => {
    const values = Object.fromEntries(MESSAGES[name].map((placeholder) => [placeholder, `<${placeholder}>`]));
    const said = plainText(book(name, values));
    expect(said.trim()).not.toBe('');
    const used = MESSAGES[name].filter((placeholder) => said.includes(`<${placeholder}>`));
    expect(used).toEqual([...MESSAGES[name]]);
    expect(plainText(book(name))).not.toMatch(/undefined|[{}]/);
  });

  test('show an alert, its evidence as a quote and its url as a link', () => {
    const values = { title: 'sudo', description: 'ran sudo', reason: 'a\nb', url: 'https://example.com/1' };
    expect(book('alert', values)).toEqual([
      { type: 'strong', text: 'sudo' },
      { type: 'text', text: ': ran sudo' },
      { type: 'break' },
      { type: 'quote', text: 'a\nb' },
      { type: 'break' },
      { type: 'link', url: 'https://example.com/1' },
    ]);
    expect(book('alert', { ...values, reason: '', url: '' })).toEqual([
      { type: 'strong', text: 'sudo' },
      { type: 'text', text: ': ran sudo' },
    ]);
  });

  test('begin a report with login, title and cause, and leave out what is not known', () => {
    const values = { username: 'ann', title: 'sudo', cause: 'no-answer', description: 'ran sudo', said: '' };
    expect(plainText(book('report', values))).toBe('ann: sudo (no-answer)\nran sudo');
    expect(
      plainText(book('report', { ...values, said: 'no', explanation: 'not\nme', url: 'https://x.example/' })),
    ).toBe('ann: sudo (no-answer)\nran sudo\nSaid: no\n> not\n> me\nhttps://x.example/');
  });
});

test('values never become markup: whatever they hold, the kinds of nodes are the template’s, and no control is left', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '<!channel>',
      '*',
      '`',
      '{x}',
      '{title}',
      '> ',
      '\\',
      '\n> x',
      '\u202e',
      '\u001b[2J',
      '\u0000',
      '\ud83d',
    ),
    fc.constantFrom('<@U123|x>', '<https://evil.example|safe>', 'https://evil.example/', '*bold*', '`code`', '&lt;'),
  );
  const value = fc.array(hostile, { minLength: 1, maxLength: 4 }).map((parts) => `x${parts.join('')}`);
  const kinds = new Map(
    names.map((name) => {
      const plain = Object.fromEntries(MESSAGES[name].map((placeholder) => [placeholder, 'x']));
      return [name, book(name, plain).map(({ type }) => type)];
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(value, { minLength: 7, maxLength: 7 }), (name, given) => {
      const values = Object.fromEntries(MESSAGES[name].map((placeholder, i) => [placeholder, given[i] ?? 'x']));
      const nodes = book(name, values);
      expect(nodes.map(({ type }) => type)).toEqual(kinds.get(name));
      for (const node of nodes) {
        if (!('text' in node)) continue;
        expect(node.text).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
        if (node.type !== 'quote') expect(node.text).not.toContain('\n');
      }
    }),
    { numRuns: 1000 },
  );
});

describe('a sentence is checked against its placeholders', () => {
  test.each([
    ['Hi {nmae}', ['name'], '"{nmae}" is not known here. It knows {name}. Write {{ for a brace.'],
    ['{title} {x}', ['title', 'url'], 'It knows {title}, {url}.'],
    ['Hi {name}', [], '"{name}" is not known here. It has none. Write {{ for a brace.'],
    ['Hi {', ['name'], 'without its counterpart'],
  ])('%j', (source, allowed, message) => {
    expect(() => checkTemplate(source, allowed)).toThrow(SyntaxError);
    expect(() => checkTemplate(source, allowed)).toThrow(message);
  });

  test('it need not use them', () => {
    expect(checkTemplate('Hello', ['name']).placeholders).toEqual([]);
    expect(checkTemplate('{name} {{x}}', ['name']).placeholders).toEqual(['name']);
  });

  test('a book names the message that is wrong, and why', () => {
    const wrong = () => messageBook({ ...defaultMessages, goodbye: 'Bye {name}' });
    expect(wrong).toThrow(SyntaxError);
    expect(wrong).toThrow('Message "goodbye": "{name}" is not known here. It has none.');
  });

  test('a book says nothing for a name it does not know', () => {
    expect(book('no such name' as MessageName)).toEqual([]);
  });
});
