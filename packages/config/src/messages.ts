import { checkTemplate, defaultMessages, MESSAGES, type MessageName, type Messages } from '@securitybot/core';
import { entriesOf, reportUnknown } from './entries.js';
import { nameOf, report, type Value } from './source.js';
import { text } from './values.js';

const NAMES = Object.keys(MESSAGES) as MessageName[];

function isMessageName(name: string): name is MessageName {
  return Object.hasOwn(MESSAGES, name);
}

/** Reads messages.yaml: a text for each message of core's catalogue, and none beside. */
export function readMessages(root: Value): Messages {
  const found: Record<MessageName, string> = { ...defaultMessages };
  const missing = new Set(NAMES);
  for (const entry of entriesOf(root)) {
    const { name, value } = entry;
    if (!isMessageName(name)) {
      reportUnknown(entry, NAMES);
      continue;
    }
    missing.delete(name);
    const sentence = text(value);
    if (sentence === undefined) continue;
    try {
      checkTemplate(sentence, MESSAGES[name]);
      found[name] = sentence;
    } catch (error) {
      report(value, `${nameOf(value)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const end = { ...root, at: root.node?.range?.[1] ?? root.at };
  for (const name of missing) {
    report(end, `"${name}" is missing. Add it, for example as ${name}: ${JSON.stringify(defaultMessages[name])}`);
  }
  return found;
}
