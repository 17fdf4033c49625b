import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCommand } from './parse.js';

describe('the first word is the command', () => {
  test.each([
    ['hi', 'hi'],
    ['Yes!', 'yes'],
    ['yes, I did', 'yes'],
    ['YES.', 'yes'],
    ['...yes', 'yes'],
    ['"yes"', 'yes'],
    ['“yes”', 'yes'],
    ['‘No’', 'no'],
    ['`help`', 'help'],
    ["don't", 'dont'],
    ['yes:because', 'yes'],
    ['yes—it was me', 'yes'],
    ['no,not me', 'no'],
    ['  \n help', 'help'],
    ['HILFE ÜBER', 'hilfe'],
  ])('%j is %j', (text, name) => {
    expect(parseCommand(text)?.name).toBe(name);
  });

  test.each(['', ' ', '\n\t', '...', '!?', '""', "'", '—', ': ;', '“”'])('%j names none', (text) => {
    expect(parseCommand(text)).toBeUndefined();
  });
});

describe('the arguments are split as a shell would', () => {
  test.each([
    ['command —flag', ['--flag']],
    ['command –flag', ['--flag']],
    ['command “quoted text”', ['quoted text']],
    ["command 'quoted text' more", ['quoted text', 'more']],
    ['command "a \\"b\\" c" d\\ e', ['a "b" c', 'd e']],
    ["command 'a\\\\b'", ['a\\\\b']],
    ['command "a\\b"', ['a\\b']],
    ['command \\"a', ['"a']],
    ['command  a   b', ['a', 'b']],
    ['command ""', ['']],
    ["yes I'm  sure", ["I'm", 'sure']],
    ['yes I’m sure', ["I'm", 'sure']],
    ['ignore current 1h30m', ['current', '1h30m']],
    ['help -a', ['-a']],
    ['help', []],
    ['ignore... last 1h', ['last', '1h']],
    ['command a,b', ['a,b']],
    ['x a\\', ['a\\']],
  ])('%j gives %j', (text, args) => {
    expect(parseCommand(text)?.args).toEqual(args);
  });
});

describe('the explanation is kept verbatim (the original’s lost blanks, backslashes and quotes)', () => {
  test.each([
    ['yes, I was testing', 'I was testing'],
    ['yes: “sudo  -s”, C:\\temp and "x"', '“sudo  -s”, C:\\temp and "x"'],
    ['no – not me', 'not me'],
    ['no—not me', 'not me'],
    ["yes I'm sure", "I'm sure"],
    ['yes "quoted" words', '"quoted" words'],
    ['yes...  because\nof two lines\n', 'because\nof two lines'],
    ['“yes because I can”', 'because I can'],
    ['"yes because I can"', 'because I can'],
    ["'yes because I can'", 'because I can'],
    ['`yes because I can`', 'because I can'],
    ['‘yes because I can’', 'because I can'],
    ['„yes because I can“', 'because I can'],
    ['«yes because I can»', 'because I can'],
    ['" yes because I can"', 'because I can'],
    ['"yes because I can', 'because I can'],
    ['“yes, “I can”', '“I can”'],
    ['yes', ''],
    ['yes 2 it was me', '2 it was me'],
    ['yes -- really', '-- really'],
  ])('%j keeps %j', (text, rest) => {
    expect(parseCommand(text)?.rest).toBe(rest);
  });
});

test('no text makes it throw, and what it gives is made of the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const parsed = parseCommand(text);
      if (!parsed) return;
      expect(parsed.name).not.toMatch(/[\s.,!?'"`]/);
      expect(parsed.name).not.toBe('');
      expect(text).toContain(parsed.rest);
    }),
    { numRuns: 2000 },
  );
});

test('300,000 letters, quotes or blanks are read within a second', () => {
  const started = performance.now();
  for (const char of ['a', '"', "'", ' ', '\\', '.', '“', '-', '\u0000']) {
    parseCommand(`yes ${char.repeat(300_000)}`);
    parseCommand(char.repeat(300_000));
  }
  expect(performance.now() - started).toBeLessThan(5000);
});
