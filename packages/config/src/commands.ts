import {
  COMMAND_FUNCTIONS,
  COMMAND_VALUES,
  type CommandDefinition,
  type CommandFunction,
  checkTemplate,
  parseCommand,
  parseTemplate,
} from '@securitybot/core';
import { type Entry, entriesOf, fields } from './entries.js';
import { near } from './near.js';
import { nameOf, report, show, type Value } from './source.js';
import { flag, line, list, text } from './values.js';

/** A text, and where it stands. */
function placed<T>(read: (value: Value) => T | undefined) {
  return (value: Value) => {
    const found = read(value);
    return found === undefined ? undefined : { found, at: value };
  };
}

const commandFields = fields({
  run: placed(line),
  aliases: list(placed(line)),
  summary: line,
  usage: list(line),
  hidden: flag,
  success: placed(text),
  failure: placed(text),
});

function isCore(run: string): run is CommandFunction {
  return (COMMAND_FUNCTIONS as readonly string[]).includes(run);
}

/** Says what is wrong with a word that people are to type. */
function checkWord(word: string, at: Value): void {
  const typed = parseCommand(word)?.name;
  if (typed === word) return;
  const way =
    typed === undefined ? 'Write one.' : `People who type it would give the command ${show(typed)}: write that.`;
  report(at, `${show(word)} is not one word in lower case without punctuation. ${way}`);
}

function checkSentence(sentence: { found: string; at: Value } | undefined, run: string): void {
  if (!sentence) return;
  try {
    if (isCore(run)) checkTemplate(sentence.found, COMMAND_VALUES[run] ?? []);
    else parseTemplate(sentence.found); // only whoever added the function knows its placeholders
  } catch (error) {
    report(sentence.at, `${nameOf(sentence.at)}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Reads commands.yaml: the name of each command, and what it does. `added`: functions beside core's. */
export function readCommands(root: Value, added: readonly string[]): readonly CommandDefinition[] {
  const functions = [...COMMAND_FUNCTIONS, ...added];
  const words = new Map<string, string>();

  function take(word: string, command: string, at: Value): void {
    checkWord(word, at);
    const owner = words.get(word);
    if (owner !== undefined) {
      report(at, `${show(word)} is a word of the command ${show(owner)} already. Give each word to one command, once.`);
    } else words.set(word, command);
  }

  function read({ name, key, value }: Entry): CommandDefinition {
    const found = commandFields(value);
    const run = found.run?.found ?? name;
    if (!functions.includes(run)) {
      const meant = near(run, functions);
      const hint = `${meant ? `Did you mean "${meant}"? ` : ''}Write "run:" and one of ${functions.join(', ')}.`;
      report(found.run?.at ?? key, `${show(run)} is no function that a command can run. ${hint}`);
    }
    for (const { found: alias, at } of found.aliases ?? []) take(alias, name, at);
    checkSentence(found.success, run);
    checkSentence(found.failure, run);
    return {
      name,
      run,
      ...(found.aliases && { aliases: found.aliases.map((alias) => alias.found) }),
      summary: found.summary ?? '',
      usage: found.usage ?? [name],
      ...(found.hidden && { hidden: true }),
      ...(found.success && { success: found.success.found }),
      ...(found.failure && { failure: found.failure.found }),
    };
  }

  const entries = entriesOf(root);
  for (const { name, key } of entries) take(name, name, key);
  return entries.map((entry) => {
    const before = entry.key.source.problems.length;
    const command = read(entry);
    if (command.summary === '' && entry.key.source.problems.length === before) {
      report(entry.key, `${show(entry.name)} has no summary. Write "summary:" and a few words for help below it.`);
    }
    return command;
  });
}
