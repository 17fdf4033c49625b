import type { MessageNode } from '../contracts/message.js';
import { MESSAGES, type MessageName, type Messages } from './catalogue.js';
import { parseTemplate, renderTemplate, type Template } from './template.js';

/** The catalogue's sentences, parsed. */
export type MessageBook = (name: MessageName, values?: Readonly<Record<string, string>>) => MessageNode[];

/** Checks a sentence against the placeholders it may use. Throws a SyntaxError that says what to write instead. */
export function checkTemplate(source: string, allowed: readonly string[]): Template {
  const template = parseTemplate(source);
  const wrong = template.placeholders.find((name) => !allowed.includes(name));
  if (wrong !== undefined) {
    const known = allowed.length === 0 ? 'It has none.' : `It knows ${allowed.map((name) => `{${name}}`).join(', ')}.`;
    throw new SyntaxError(`"{${wrong}}" is not known here. ${known} Write {{ for a brace.`);
  }
  return template;
}

/** Parses all sentences once. Throws a SyntaxError that names the first that is wrong. */
export function messageBook(messages: Messages): MessageBook {
  const templates = new Map<MessageName, Template>();
  for (const name of Object.keys(MESSAGES) as MessageName[]) {
    try {
      templates.set(name, checkTemplate(messages[name], MESSAGES[name]));
    } catch (error) {
      throw new SyntaxError(`Message "${name}": ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
  return (name, values) => {
    const template = templates.get(name);
    return template ? renderTemplate(template, values) : [];
  };
}
