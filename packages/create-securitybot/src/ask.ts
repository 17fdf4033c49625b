import type { Readable, Writable } from 'node:stream';
import { isCancel, select, text } from '@clack/prompts';
import { type Choices, entriesOf, KINDS, type Kind } from './catalogue.ts';
import { type Flags, FOLDER } from './flags.ts';

/** What is to be made, and where. */
export interface Answers {
  readonly folder: string;
  readonly choices: Choices;
}

export interface Streams {
  readonly input?: Readable;
  readonly output?: Writable;
}

const QUESTIONS: Readonly<Record<Kind, string>> = {
  chat: 'Where are people asked?',
  auth: 'How do they prove that it was them?',
  database: 'Where are the alerts?',
};

/** The first of its kind. */
function first(kind: Kind): string {
  const [word = ''] = entriesOf(kind).keys();
  return word;
}

/** Asks for what the flags leave open. @returns undefined when somebody changed their mind. */
export async function ask({ folder, choices }: Flags, streams: Streams): Promise<Answers | undefined> {
  const where =
    folder ?? (await text({ message: 'Which folder?', placeholder: FOLDER, defaultValue: FOLDER, ...streams }));
  if (isCancel(where)) return undefined;
  const made: { [K in Kind]?: string } = { ...choices };
  for (const kind of KINDS) {
    if (made[kind] !== undefined) continue;
    const options = [...entriesOf(kind)].map(([value, { title, hint }]) => ({ value, label: title, hint }));
    const choice = await select({ message: QUESTIONS[kind], options, ...streams });
    if (isCancel(choice)) return undefined;
    made[kind] = choice;
  }
  return { folder: where, choices: made as Choices };
}

/** The same without asking: the first of each kind. */
export function assume({ folder = FOLDER, choices }: Flags): Answers {
  const made = Object.fromEntries(KINDS.map((kind) => [kind, choices[kind] ?? first(kind)]));
  return { folder, choices: made as Choices };
}
