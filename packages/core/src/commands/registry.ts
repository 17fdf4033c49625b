import type { MessageNode } from '../contracts/message.js';
import { checkTemplate } from '../messages/book.js';
import { parseTemplate, renderTemplate, type Template } from '../messages/template.js';
import type { CommandHandler } from './handler.js';
import { COMMAND_FUNCTIONS, COMMAND_VALUES, type CommandDefinition, type CommandFunction } from './types.js';

/** The commands, ready to be looked up. */
export interface CommandRegistry {
  find(name: string): { readonly command: CommandDefinition; readonly handler: CommandHandler } | undefined;
  /** What a command says of its success or failure. */
  text(name: string, outcome: 'success' | 'failure', values?: Readonly<Record<string, string>>): MessageNode[];
}

function isBuiltin(run: string): run is CommandFunction {
  return (COMMAND_FUNCTIONS as readonly string[]).includes(run);
}

/** Core's functions fill in what they are known to; one of your own may fill in anything. */
function checkText(run: string, source: string): Template {
  return isBuiltin(run) ? checkTemplate(source, COMMAND_VALUES[run] ?? []) : parseTemplate(source);
}

/** Throws an Error that says what to change where definitions and functions do not fit together. */
export function commandRegistry(
  commands: readonly CommandDefinition[],
  functions: Readonly<Record<string, CommandHandler>>,
): CommandRegistry {
  const byName = new Map<string, { command: CommandDefinition; handler: CommandHandler }>();
  const texts = new Map<string, Template>();
  for (const command of commands) {
    const handler = Object.hasOwn(functions, command.run) ? functions[command.run] : undefined;
    if (!handler) {
      const known = Object.keys(functions).join(', ');
      throw new Error(
        `Command "${command.name}": no function "${command.run}". Name one of ${known}, or add yours to "functions".`,
      );
    }
    for (const word of [command.name, ...(command.aliases ?? [])]) {
      const other = byName.get(word);
      if (other)
        throw new Error(
          `Command "${command.name}": "${word}" is a word of "${other.command.name}" already. Give each word to one command.`,
        );
      byName.set(word, { command, handler });
    }
    for (const outcome of ['success', 'failure'] as const) {
      const source = command[outcome];
      if (source === undefined) continue;
      texts.set(`${command.name} ${outcome}`, checkText(command.run, source));
    }
  }
  return {
    find: (name) => byName.get(name),
    text: (name, outcome, values) => {
      const template = texts.get(`${name} ${outcome}`);
      return template ? renderTemplate(template, values) : [];
    },
  };
}
