/** The functions of core that a command of the configuration may name. */
export const COMMAND_FUNCTIONS = [
  'help',
  'hi',
  'yes',
  'no',
  'unsure',
  'ignore',
  'stop',
  'start',
  'test',
  'status',
] as const;

export type CommandFunction = (typeof COMMAND_FUNCTIONS)[number];

/** One command as people see it: what `config/commands.yaml` says. */
export interface CommandDefinition {
  /** What people type: one word, lower case. */
  readonly name: string;
  /** The function it names: one of core's, or one that was added in code. */
  readonly run: string;
  /** Other words for it. */
  readonly aliases?: readonly string[];
  /** One line for `help`. */
  readonly summary: string;
  /** How to type it, one line a form. */
  readonly usage: readonly string[];
  /** Only shown by `help -a`. */
  readonly hidden?: boolean;
  /** What the bot says when it worked; placeholders as the function gives them. */
  readonly success?: string;
  /** What it says when there was nothing to do. */
  readonly failure?: string;
}

/** What core's functions fill into `success` and `failure`; a function that is not listed fills nothing in. */
export const COMMAND_VALUES: Readonly<Partial<Record<CommandFunction, readonly string[]>>> = { hi: ['name'] };
