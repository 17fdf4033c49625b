import { chmod, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getuid, platform } from 'node:process';
import { defaultCommands, defaultMessages, defaultPolicy } from '@securitybot/core';
import { describe, expect, test } from 'vitest';
import { load, problems, scratch } from './fixtures.js';
import { loadConfig } from './load.js';
import { ConfigError } from './problem.js';

const HELP = 'help: { summary: helps }\n';

/** What is wrong with the file at a path, which is given as it is shown. */
async function wrongAt(path: string): Promise<string> {
  const error = await loadConfig(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message.split('\n').slice(1).join('\n').replace(path, 'PATH');
}

describe('the files', () => {
  test('that bot.yaml does not name are core’s defaults', async () => {
    expect(await load({ 'bot.yaml': '{}' })).toStrictEqual({
      policy: defaultPolicy,
      commands: defaultCommands,
      messages: defaultMessages,
    });
  });

  test('are relative to bot.yaml, wherever the process stands, or absolute', async () => {
    const other = await scratch({ 'commands.yaml': HELP });
    const directory = await scratch({ 'bot.yaml': 'commands: sub/my commands.yaml\n' });
    await mkdir(join(directory, 'sub'));
    await symlink(join(other, 'commands.yaml'), join(directory, 'sub', 'my commands.yaml'));
    expect((await loadConfig(join(directory, 'bot.yaml'))).commands).toHaveLength(1);
    await writeFile(join(directory, 'bot.yaml'), `commands: ${join(other, 'commands.yaml')}\n`);
    expect((await loadConfig(join(directory, 'bot.yaml'))).commands).toHaveLength(1);
  });

  test('may begin with a byte order mark and have Windows line ends', async () => {
    const config = await load({
      'bot.yaml': '\ufeffcommands: commands.yaml\r\nopt-out: false\r\n',
      'commands.yaml': `\ufeff${HELP.replace('\n', '\r\n')}`,
    });
    expect(config.policy.optOut).toBe(false);
    expect(config.commands).toHaveLength(1);
    expect(await problems({ 'bot.yaml': '\ufeffopt-out: false\r\nx: 1\r\n' })).toEqual([
      expect.stringMatching(/^bot\.yaml:2:1: "x" is not known here/),
    ]);
  });
});

test('all problems of all files are told at once, file by file', async () => {
  const found = await problems({
    'bot.yaml': 'messages: messages.yaml\ncommands: commands.yaml\nopt-out: maybe\n',
    'commands.yaml': 'help: {}\n',
    'messages.yaml': `${JSON.stringify(defaultMessages).slice(0, -1)}, "x": 1, "y": 2}`,
  });
  expect(found.map((line) => line.split(':')[0])).toEqual([
    'bot.yaml',
    'commands.yaml',
    'messages.yaml',
    'messages.yaml',
  ]);
});

test('where the syntax of bot.yaml is wrong, the files it names are read all the same', async () => {
  const found = await problems({ 'bot.yaml': 'commands: commands.yaml\nhours: {\n', 'commands.yaml': 'help: {}\n' });
  expect(found.map((line) => line.split(':')[0])).toEqual(['bot.yaml', 'commands.yaml']);
});

test('a ConfigError has the problems as data, too', async () => {
  const directory = await scratch({ 'bot.yaml': 'opt-out: maybe\n' });
  const path = join(directory, 'bot.yaml');
  const error = await loadConfig(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigError);
  expect(error).toMatchObject({
    name: 'ConfigError',
    problems: [{ file: path, line: 1, column: 10, message: '"opt-out" is "maybe". Write true or false.' }],
    message: `The configuration cannot be used:\n${path}:1:10: "opt-out" is "maybe". Write true or false.`,
  });
});

describe('a file that cannot be used', () => {
  test('is missing', async () => {
    const directory = await scratch({});
    expect(await wrongAt(join(directory, 'bot.yaml'))).toBe(
      'PATH:1:1: There is no such file. Create it, or name another one.',
    );
    expect(await wrongAt(join(directory, 'a\0b'))).toMatch(/:1:1: It cannot be read \(ERR_INVALID_ARG_VALUE\)\. Name/);
    expect(await wrongAt('')).toContain('There is no such file.');
  });

  test('is below a file', async () => {
    const directory = await scratch({ 'bot.yaml': '{}' });
    expect(await wrongAt(join(directory, 'bot.yaml', 'bot.yaml'))).toMatch(/There is no such file: a part of its path/);
  });

  test('is a directory', async () => {
    expect(await wrongAt(await scratch({}))).toBe(
      'PATH:1:1: It is a directory. Name the file in it, such as bot.yaml.',
    );
  });

  test.skipIf(platform === 'win32')('is a device that never ends', async () => {
    expect(await wrongAt('/dev/zero')).toBe('PATH:1:1: It is not a file. Name a file.');
  });

  test.skipIf(platform !== 'linux')('cannot be read', async () => {
    expect(await wrongAt('/proc/self/mem')).toMatch(/^PATH:1:1: It cannot be read \(E[A-Z]+\)\. Name another file\.$/);
  });

  // Root may read everything, so there is nothing to see.
  if (getuid?.() !== 0 && platform !== 'win32') {
    test('may not be read', async () => {
      const path = join(await scratch({ 'bot.yaml': '{}' }), 'bot.yaml');
      await chmod(path, 0);
      expect(await wrongAt(path)).toBe("PATH:1:1: It may not be read. Give the bot's user the right to read it.");
    });
  }

  test('has 50 MB', async () => {
    const path = join(await scratch({ 'bot.yaml': '{}' }), 'bot.yaml');
    await truncate(path, 50_000_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(await wrongAt(path)).toMatch(/^PATH:1:1: It is larger than 1 MiB, which no configuration is\./);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  test('has 1 MiB, which may be, or a byte more', async () => {
    const full = `{}\n${'#'.repeat(1024 * 1024 - 3)}`;
    expect(await problems({ 'bot.yaml': full })).toEqual([]);
    expect(await problems({ 'bot.yaml': `${full}#` })).toHaveLength(1);
  });

  test.each([
    ['Latin-1', new Uint8Array([0x61, 0x3a, 0xe4])],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0x00])],
    ['half a character', new Uint8Array([0x61, 0x3a, 0x20, 0xf0, 0x9f])],
  ])('is not UTF-8: %s', async (_, bytes) => {
    expect(await problems({ 'bot.yaml': bytes })).toEqual(['bot.yaml:1:1: It is not UTF-8. Save it as UTF-8.']);
  });

  test.each(['', '\n', '# a comment\n', '---\n', '~', '\ufeff'])('is empty: %j', async (text) => {
    const found = await problems({ 'bot.yaml': text });
    expect(found).toEqual([
      expect.stringContaining('The file is empty. Fill it, or write {} where it is to say nothing.'),
    ]);
  });

  test.each(['text', '5', '[]', '- a', '"{}"', 'true'])('is no map: %s', async (text) => {
    const found = await problems({ 'bot.yaml': text });
    expect(found).toEqual([expect.stringMatching(/^bot\.yaml:1:1: The file is .*\. Write "name: value" lines/)]);
  });

  test('is named by bot.yaml: the problem is told there', async () => {
    expect(await problems({ 'bot.yaml': 'opt-out: true\ncommands: no.yaml\nmessages: .\n' })).toEqual([
      'bot.yaml:2:11: "no.yaml": There is no such file. Create it, or name another one.',
      expect.stringMatching(/^bot\.yaml:3:11: ".*": It is a directory\./),
    ]);
    expect(await problems({ 'bot.yaml': 'messages: messages.yaml', 'messages.yaml': '' })).toEqual([
      'messages.yaml:1:1: The file is empty. Fill it, or write {} where it is to say nothing.',
    ]);
  });
});

describe('YAML', () => {
  test.each([
    ['hours:\n\tstart: 10:00', '2:1: Tabs are not allowed as indentation. Indent with blanks.'],
    ['a: "open', 'Missing closing "quote. Close what was opened'],
    ['opt-out: true\nopt-out: true', '2:1: "opt-out" stands on line 1 already. Remove one of the two.'],
    ['--- {}\n--- {}', '2:1: The file holds several documents. Remove the line "---" between them.'],
    ['opt-out: !ruby/object true', '1:10: A word that begins with "!" means nothing here.'],
    ['? [a]\n: b', '1:3: This is no name. Write a word before the colon, in quotes if need be.'],
    ['hours: &a {}\nproof: *a', '2:8: "proof" is an alias, which is not understood here. Write the value itself.'],
    ['hours: *a', 'is an alias'],
    ['hours: {}\n  proof: {}', 'Indent what belongs together by the same number of blanks.'],
    ['password: |x', 'Look at this line and the one above'],
    ['titles: { a: "\\q" }', 'Within "…" write \\\\ for a backslash'],
    ['opt-out: @true', '1:10: Plain value cannot start with reserved character @. Put the text in quotes.'],
    ['hours: a: b', 'Put a text with ": " in it in quotes, or begin a new line.'],
  ])('%j', async (text, message) => {
    const found = await problems({ 'bot.yaml': text });
    expect(found.join('\n')).toContain(message);
  });

  test('an anchor that nobody uses does no harm', async () => {
    expect(await problems({ 'bot.yaml': 'hours: &a { start: 09:00 }' })).toEqual([]);
  });

  test('a bomb of aliases is refused at once', async () => {
    const lines = Array.from({ length: 30 }, (_, i) => `x${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}*a${i}]`);
    const started = performance.now();
    const found = await problems({ 'bot.yaml': `x0: &a0 [a, a]\n${lines.join('\n')}\ntitles: *a30\n` });
    expect(found.join('\n')).toContain('"titles" is an alias');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test.each(['[', '{', '- ', '? ', '{a: ', '*a ', '&a ', '!a '])('nested or repeated without end: %j', async (unit) => {
    const found = await problems({ 'bot.yaml': unit.repeat(20_000) });
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(101);
  });

  test('no more problems of a file are listed than somebody can read', async () => {
    const many = Array.from({ length: 30_000 }, (_, i) => `k${i}: v`).join('\n');
    const found = await problems({ 'bot.yaml': many });
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toBe('bot.yaml:100:1: There is more. Mend the above first.');
  });
});
