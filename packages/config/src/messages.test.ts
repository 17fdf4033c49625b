import { defaultMessages, MESSAGES } from '@securitybot/core';
import { describe, expect, test } from 'vitest';
import { load, problems } from './fixtures.js';

const BOT = 'messages: messages.yaml\n';
/** The default messages, as JSON (which is YAML), with some lines of one's own before and instead. */
function messagesWith(changes: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ ...defaultMessages, ...changes }, null, 1);
}
const wrong = (text: string) => problems({ 'bot.yaml': BOT, 'messages.yaml': text });
const lineOf = (text: string, name: string) => text.split('\n').findIndex((line) => line.startsWith(` "${name}"`)) + 1;

test('a text of one’s own takes the place of the default', async () => {
  const text = messagesWith({ goodbye: 'Tschüss!\n*Bis bald* {{}}\n' });
  const { messages } = await load({ 'bot.yaml': BOT, 'messages.yaml': text });
  expect(messages).toStrictEqual({ ...defaultMessages, goodbye: 'Tschüss!\n*Bis bald* {{}}' });
});

describe('texts that are wrong say where, what and what to do', () => {
  test.each([
    ['greeting', 'Hi {nmae}', '"greeting": "{nmae}" is not known here. It knows {name}. Write {{ for a brace.'],
    ['question', 'Did you {title}?', '"question": "{title}" is not known here. It has none.'],
    ['goodbye', 'Bye {', '"goodbye": A "{" without its counterpart. Write {{ for the character itself.'],
    ['goodbye', '*Bye', '"goodbye": A * that is not closed on its line.'],
    ['goodbye', 5, '"goodbye" is "5", not a text. Put it in quotes.'],
    ['goodbye', true, '"goodbye" is "true", not a text. Put it in quotes.'],
    ['goodbye', null, '"goodbye" has no value. Write a text.'],
    ['goodbye', '', '"goodbye" is empty. Write a text.'],
    ['goodbye', ' \n ', '"goodbye" is empty. Write a text.'],
    ['goodbye', ['a'], '"goodbye" is a list. Write a text.'],
    ['goodbye', { a: 'b' }, '"goodbye" is a map. Write a text.'],
    ['goodbye', 'a\u0007b', '"goodbye" has a control character or half a character in it. Remove it.'],
    ['goodbye', 'a\ud83db', '"goodbye" has a control character or half a character in it. Remove it.'],
    ['godbye', 'Bye', '"godbye" is not known here. Did you mean "goodbye"?'],
    [
      'something-else-altogether',
      'x',
      '"something-else-altogether" is not known here. Remove it, or look up its name.',
    ],
  ])('%s: %j', async (name, value, message) => {
    const text = messagesWith({ [name]: value });
    const found = await wrong(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^messages\\.yaml:${lineOf(text, name)}:`));
    expect(found[0]).toContain(message);
  });

  test('a message that is missing is told with a text to begin with', async () => {
    const { goodbye, ...rest } = defaultMessages;
    expect(await wrong(JSON.stringify(rest))).toEqual([
      expect.stringMatching(
        /^messages\.yaml:1:\d+: "goodbye" is missing\. Add it, for example as goodbye: "That's all/,
      ),
    ]);
    const added = `${JSON.stringify(goodbye)}`;
    expect(
      await wrong(
        `${Object.entries(rest)
          .map(([k, v]) => `${k}: ${JSON.stringify(v)}`)
          .join('\n')}\ngoodbye: ${added}`,
      ),
    ).toEqual([]);
  });

  test('all that are missing are told', async () => {
    expect(await wrong('{}')).toHaveLength(Object.keys(MESSAGES).length);
  });

  test('a message given twice is told with the line of the first', async () => {
    const text = `goodbye: a\n${Object.entries(defaultMessages)
      .map(([k, v]) => `${k}: ${JSON.stringify(v)}`)
      .join('\n')}`;
    expect(await wrong(text)).toEqual([
      expect.stringMatching(/^messages\.yaml:\d+:1: "goodbye" stands on line 1 already\. Remove one of the two\.$/),
    ]);
  });
});
