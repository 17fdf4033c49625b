import { expect, test } from 'vitest';
import { start } from './process.js';
import { newDatabase } from './temporary.js';
import { expectPrintable } from './text.js';

/** What a person, or a script, may type: each of these ended the original, or could have. */
const LINES: readonly (string | Uint8Array)[] = [
  '',
  '   ',
  '\t',
  '"',
  "'",
  '`',
  '\\',
  '“',
  "yes I'm",
  '"yes because I can"',
  'ignore current 99999999999999h',
  'ignore last -1h',
  'ignore current 1e308h',
  `ignore last ${'9'.repeat(5000)}m`,
  'yes 99999999999999999999',
  'no #',
  '__proto__',
  'constructor',
  'toString 1h',
  'help --all -a -a',
  '—',
  '...',
  '\u001b[2J\u001b]0;owned\u0007',
  '\u0000\u0001\u0002',
  '\u202eevil\u2066',
  '<!channel> <https://evil.example|click>',
  '{name} *x* `y`',
  '%s %n %d',
  "'; DROP TABLE alerts; --",
  'a'.repeat(300_000),
  'yes '.repeat(50_000),
  '"'.repeat(100_000),
  '🦊'.repeat(10_000),
  '\ud800 \udfff',
  Uint8Array.from([0xff, 0xfe, 0xc3, 0x28, 0xf0, 0x9f]),
  'approve',
  'deny',
  'fraud',
  'status',
  'unsure of it all',
];

test('two hundred lines of hostile input leave a bot that still answers hi', { timeout: 120_000 }, async () => {
  const bot = start(['start'], { database: newDatabase() });
  for (let i = 0; i < 200; i += 1) {
    bot.type(LINES[i % LINES.length] ?? '');
    bot.type(i % 3 === 0 ? '\r\n' : '\n');
  }
  bot.type('hi\n');
  bot.hangUp();
  const { code, stdout } = await bot.ended;
  expect(code).toBe(0);
  expectPrintable(stdout);
  expect(stdout.trimEnd().endsWith('ann: hi\nsecuritybot: Hello ann!')).toBe(true);
});
