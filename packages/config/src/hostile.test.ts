import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkHours, messageBook, parseCommand } from '@securitybot/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scratch } from './fixtures.js';
import { type Config, loadConfig } from './load.js';
import { ConfigError } from './problem.js';

const NAMES = ['bot.yaml', 'commands.yaml', 'messages.yaml'] as const;
const BOT = 'commands: commands.yaml\nmessages: messages.yaml\n';

const shipped = Object.fromEntries(
  await Promise.all(
    NAMES.map(async (name) => {
      const path = fileURLToPath(new URL(`../../../apps/bot/config/${name}`, import.meta.url));
      return [name, await readFile(path)] as const;
    }),
  ),
);

/** What is accepted is something core can work with. */
function expectUsable({ policy, commands, messages }: Config): void {
  expect(() => checkHours(policy.hours)).not.toThrow();
  expect(() => messageBook(messages)).not.toThrow();
  for (const { name, aliases = [] } of commands) {
    for (const word of [name, ...aliases]) expect(parseCommand(word)?.name).toBe(word);
  }
}

/** What is refused is refused by a ConfigError, whose every line has its place and can be printed. */
function expectToldWell(error: unknown, directory: string): void {
  if (!(error instanceof ConfigError)) throw error;
  const lines = error.message.split('\n').slice(1);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line.startsWith(directory)).toBe(true);
    expect(line.slice(directory.length + 1)).toMatch(/^(bot|commands|messages)\.yaml:\d+:\d+: \S.*\S$/);
    expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\p{Cs}]/u);
    expect(line.length).toBeLessThan(1500);
  }
}

async function check(directory: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries({ ...shipped, ...files }))
    await writeFile(join(directory, name), content);
  let config: Config;
  try {
    config = await loadConfig(join(directory, 'bot.yaml'));
  } catch (error) {
    return expectToldWell(error, directory);
  }
  expectUsable(config);
}

/** Bits that mean something to YAML or to us, and bits that mean nothing. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      '\n',
      '  ',
      '\t',
      ': ',
      '- ',
      '? ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '#',
      '&a ',
      '*a',
      '!!str ',
      '!x ',
      '|\n',
      '>\n',
      '"',
      "'",
      '\\',
    ],
    ...[
      '---\n',
      '...\n',
      '%YAML 1.1\n',
      '<<: ',
      '~',
      'null',
      'no',
      'true',
      '.nan',
      '0x1F',
      '1e999',
      '\ufeff',
      '\u0000',
      '\u0085',
      '\u2028',
    ],
    ...[
      '__proto__',
      'constructor',
      'hours',
      'start',
      'days',
      'titles',
      'commands',
      'token',
      'help',
      'run',
      'summary',
      'aliases',
    ],
    ...['10:00', '2h', '{name}', '{{', '*', '`', '> ', '\u202e', '\u001b[2J', '\ud83d', '😀'],
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const anyText = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

test('no text, as any of the files, makes it throw anything but a ConfigError', async () => {
  const directory = await scratch({});
  await fc.assert(
    fc.asyncProperty(anyText, anyText, anyText, async (bot, commands, messages) => {
      await check(directory, { 'bot.yaml': bot });
      await check(directory, { 'bot.yaml': BOT, 'commands.yaml': commands, 'messages.yaml': messages });
    }),
    { numRuns: 300 },
  );
}, 120_000);

test('no bytes, as any of the files, make it throw anything but a ConfigError', async () => {
  const directory = await scratch({});
  const bytes = fc.uint8Array({ maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...NAMES), bytes, (name, content) => check(directory, { [name]: content })),
    { numRuns: 200 },
  );
}, 120_000);

test('no change to the shipped files makes it throw anything but a ConfigError', async () => {
  const directory = await scratch({});
  const change = fc.record({ at: fc.nat(), remove: fc.nat(20), insert: fc.oneof(piece, fc.constant('')) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...NAMES),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (name, changes) => {
        let text = shipped[name]?.toString('utf8') ?? '';
        for (const { at, remove, insert } of changes) {
          const start = at % (text.length + 1);
          text = text.slice(0, start) + insert + text.slice(start + remove);
        }
        await check(directory, { [name]: text });
      },
    ),
    { numRuns: 300 },
  );
}, 120_000);
