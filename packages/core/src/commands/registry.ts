import type { MessageNode } from '../contracts/message.js';
import { checkTemplate } from '../messages/book.js';
import { renderTemplate } from '../messages/template.js';
import type { CommandHandler } from './handler.js';
import { COMMAND_VALUES, type CommandDefinition, type CommandFunction } from './types.js';

/** The commands, ready to be looked up. */
export interface CommandRegistry {
  find(name: string): { readonly command: CommandDefinition; readonly handler: CommandHandler } | undefined;
  /** What a command says of its success or failure. */
  text(name: string, outcome: 'success' | 'failure', values?: Readonly<Record<string, string>>): MessageNode[];
}

/** Throws an Error that says what to change where definitions and functions do not fit together. */
export function commandRegistry(
  commands: readonly CommandDefinition[],
  functions: Readonly<Record<string, CommandHandler>>,
): CommandRegistry {
  const byName = new Map<string, { command: CommandDefinition; handler: CommandHandler }>();
  const texts = new Map<string, ReturnType<typeof checkTemplate>>();
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
      const allowed = COMMAND_VALUES[command.run as CommandFunction] ?? [];
      texts.set(`${command.name} ${outcome}`, checkTemplate(source, allowed));
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
