import { parseArgs } from 'node:util';
import { type Choices, entriesOf, KINDS, type Kind } from './catalogue.ts';

/** What somebody typed behind the command; what is missing is asked for. */
export interface Flags {
  readonly folder?: string;
  readonly choices: Partial<Choices>;
  /** Nothing is asked: what is missing is the first of its kind. */
  readonly yes: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

/** Where the project goes unless somebody says otherwise. */
export const FOLDER = 'securitybot';

function usageOf(kind: Kind): string {
  const lines = [...entriesOf(kind)].map(([word, { title, hint }]) => `      ${word.padEnd(10)}${title}: ${hint}`);
  return [`  --${kind} <${[...entriesOf(kind).keys()].join('|')}>`, ...lines].join('\n');
}

export const HELP = `Usage: create-securitybot [folder] [flags]

Makes a Securitybot of your own: a small project, in a folder that is new or empty (default: ${FOLDER}).
What no flag says is asked for.

${KINDS.map(usageOf).join('\n')}
  --yes      asks nothing: the first of each kind, where no flag says otherwise
  --help     shows this
  --version  shows the version`;

function isChoice<K extends Kind>(kind: K, word: string): word is Choices[K] {
  return entriesOf(kind).has(word);
}

/** Throws an Error that says what can be typed instead. */
export function readFlags(args: readonly string[]): Flags {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      chat: { type: 'string' },
      auth: { type: 'string' },
      database: { type: 'string' },
      yes: { type: 'boolean', short: 'y', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', default: false },
    },
  });
  const [folder, ...more] = positionals;
  if (more.length > 0) throw new Error(`One folder, not ${positionals.length}: ${positionals.join(', ')}.`);
  const choices: { [K in Kind]?: string } = {};
  for (const kind of KINDS) {
    const word = values[kind];
    if (word === undefined) continue;
    if (!isChoice(kind, word)) {
      throw new Error(`--${kind} is "${word}". Use one of ${[...entriesOf(kind).keys()].join(', ')}.`);
    }
    choices[kind] = word;
  }
  const { yes, help, version } = values;
  return { ...(folder === undefined ? {} : { folder }), choices: choices as Partial<Choices>, yes, help, version };
}
