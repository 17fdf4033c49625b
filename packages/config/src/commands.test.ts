import { describe, expect, test } from 'vitest';
import { load, problems } from './fixtures.js';

const BOT = 'commands: commands.yaml\n';
const commandsOf = async (commands: string, functions?: readonly string[]) =>
  (await load({ 'bot.yaml': BOT, 'commands.yaml': commands }, functions && { functions })).commands;
const wrong = (commands: string, functions?: readonly string[]) =>
  problems({ 'bot.yaml': BOT, 'commands.yaml': commands }, functions && { functions });

describe('what commands.yaml says', () => {
  test('everything, in its order', async () => {
    const commands = await commandsOf(`
hallo:
  run: hi
  aliases: [moin, servus]
  summary: grüßt
  usage:
    - hallo
    - hallo du
  hidden: true
  success: |
    Moin {name}!
    *Schön*, dich zu sehen.
  failure: Nanu?
help: { summary: hilft }
yes: { summary: ja, usage: yes <warum>, aliases: ja, hidden: false }
`);
    expect(commands).toStrictEqual([
      {
        name: 'hallo',
        run: 'hi',
        aliases: ['moin', 'servus'],
        summary: 'grüßt',
        usage: ['hallo', 'hallo du'],
        hidden: true,
        success: 'Moin {name}!\n*Schön*, dich zu sehen.',
        failure: 'Nanu?',
      },
      { name: 'help', run: 'help', summary: 'hilft', usage: ['help'] },
      { name: 'yes', run: 'yes', aliases: ['ja'], summary: 'ja', usage: ['yes <warum>'] },
    ]);
  });

  test('`no`, `yes` and `on` are words', async () => {
    const commands = await commandsOf(
      'no: { summary: x, aliases: [off, n] }\nyes: { summary: y }\non: { run: start, summary: z }',
    );
    expect(commands.map(({ name }) => name)).toEqual(['no', 'yes', 'on']);
    expect(commands[0]?.aliases).toEqual(['off', 'n']);
  });

  test('commands run functions that were added in code, which know their own placeholders', async () => {
    const [command] = await commandsOf('joke: { run: tellJoke, summary: x, success: "{joke}, {name}" }', ['tellJoke']);
    expect(command).toStrictEqual({
      name: 'joke',
      run: 'tellJoke',
      summary: 'x',
      usage: ['joke'],
      success: '{joke}, {name}',
    });
  });
});

describe('commands that are wrong say where, what and what to do', () => {
  test.each([
    ['hi: {}', '1:1: "hi" has no summary. Write "summary:" and a few words for help below it.'],
    ['hi:', '1:1: "hi" has no summary.'],
    ['hi: hello', '1:5: "hi" is "hello". Write "name: value" lines, indented below it.'],
    ['hi: { summary: "" }', '1:16: "hi.summary" is empty. Write a text.'],
    ['hi: { summary: "a\\nb" }', '1:16: "hi.summary" has several lines. Write it on one.'],
    ['hi: { summary: 5 }', '1:16: "hi.summary" is "5", not a text. Put it in quotes.'],
    [
      'Hi: { run: hi, summary: x }',
      '1:1: "Hi" is not one word in lower case without punctuation. People who type it would give the command "hi": write that.',
    ],
    ['hi!: { run: hi, summary: x }', '1:1: "hi!" is not one word'],
    ['say hi: { run: hi, summary: x }', 'People who type it would give the command "say"'],
    ['"…?": { run: hi, summary: x }', '"…?" is not one word'],
    ['"?": { run: hi, summary: x }', '"?" is not one word in lower case without punctuation. Write one.'],
    ['"": { run: hi, summary: x }', '"" is not one word in lower case without punctuation. Write one.'],
    ['hi: { summary: x, aliases: [hey you] }', '1:29: "hey you" is not one word'],
    [
      'hi: { summary: x, aliases: [hi] }',
      '1:29: "hi" is a word of the command "hi" already. Give each word to one command, once.',
    ],
    ['hi: { summary: x, aliases: [a, a] }', '1:32: "a" is a word of the command "hi" already.'],
    ['hi: { summary: x, aliases: [no] }\nno: { summary: y }', '1:29: "no" is a word of the command "no" already.'],
    ['hi: { summary: x }\nhi: { summary: y }', '2:1: "hi" stands on line 1 already. Remove one of the two.'],
    ['hi: { summary: x, aliases: [] }', '1:28: "hi.aliases" is an empty list.'],
    ['hi: { summary: x, usage: [[a]] }', '1:27: "hi.usage" is a list. Write a text.'],
    [
      'yess: { summary: x }',
      '1:1: "yess" is no function that a command can run. Did you mean "yes"? Write "run:" and one of help, hi, yes,',
    ],
    [
      'hello: { summary: x, run: dance }',
      '1:27: "dance" is no function that a command can run. Write "run:" and one of help',
    ],
    ['hi: { summary: x, run: constructor }', '1:24: "constructor" is no function'],
    ['hi: { summary: x, success: "Hello {nmae}" }', '1:28: "hi.success": "{nmae}" is not known here. It knows {name}.'],
    ['stop: { summary: x, failure: "{name}" }', '1:30: "stop.failure": "{name}" is not known here. It has none.'],
    ['hi: { summary: x, success: "*Hello" }', '1:28: "hi.success": A * that is not closed on its line.'],
    ['hi: { summary: x, hiden: true }', '1:19: "hiden" is not known here. Did you mean "hidden"?'],
    ['- hi', '1:1: The file is a list. Write "name: value" lines'],
  ])('%s', async (commands, message) => {
    const found = await wrong(commands);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^commands\.yaml:\d+:\d+: /);
    expect(found[0]).toContain(message);
  });

  test('a function that was added in code is among the known ones, and its templates are checked for their syntax', async () => {
    expect(await wrong('joke: { run: telJoke, summary: x }', ['tellJoke'])).toEqual([
      'commands.yaml:1:14: "telJoke" is no function that a command can run. Did you mean "tellJoke"? Write "run:" and one of help, hi, yes, no, unsure, ignore, stop, start, test, status, tellJoke.',
    ]);
    expect(await wrong('joke: { run: tellJoke, summary: x, success: "{" }', ['tellJoke'])).toHaveLength(1);
  });
});
