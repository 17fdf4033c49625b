import { dirname, isAbsolute, join } from 'node:path';
import {
  type CommandDefinition,
  defaultCommands,
  defaultMessages,
  type Messages,
  type Policy,
} from '@securitybot/core';
import { type BotFile, type NamedFile, readBot } from './bot.js';
import { readCommands } from './commands.js';
import { readText } from './file.js';
import { readMessages } from './messages.js';
import { ConfigError, type Problem } from './problem.js';
import { parseSource, problemsOf, report, show, type Value } from './source.js';
import { isEmpty } from './values.js';

/** What `createSecuritybot` takes of a configuration. */
export interface Config {
  readonly policy: Policy;
  readonly commands: readonly CommandDefinition[];
  readonly messages: Messages;
}

export interface LoadConfigOptions {
  /** Names of functions added in code, which commands may then run beside core's. */
  readonly functions?: readonly string[];
}

/** What a file says, and all that is wrong with it. */
interface Loaded<T> {
  readonly result: T;
  readonly problems: readonly Problem[];
}

/** Reads a text with `read`. Where its syntax is wrong already, what `read` finds wrong would only mislead. */
function understand<T>(file: string, text: string, read: (root: Value) => T): Loaded<T> {
  const root = parseSource(file, text);
  const { source } = root;
  if (source.problems.length === 0 && isEmpty(root.node)) {
    report(root, 'The file is empty. Fill it, or write {} where it is to say nothing.');
  }
  const result = read(source.problems.length === 0 ? root : { ...root, source: { ...source, problems: [] } });
  return { result, problems: problemsOf(source) };
}

async function loadNamed<T>(
  botPath: string,
  named: NamedFile | undefined,
  missing: T,
  read: (root: Value) => T,
): Promise<Loaded<T>> {
  if (!named) return { result: missing, problems: [] };
  const path = isAbsolute(named.path) ? named.path : join(dirname(botPath), named.path);
  const got = await readText(path);
  if ('text' in got) return understand(path, got.text, read);
  const place: Value = { ...named.at, source: { ...named.at.source, problems: [] } };
  report(place, `${show(path)}: ${got.wrong}`);
  return { result: missing, problems: place.source.problems };
}

/**
 * Reads `bot.yaml` and the `commands.yaml` and `messages.yaml` it names, relative to itself. What bot.yaml leaves out is
 * as in core's defaults; the files it does not name, too.
 * @throws ConfigError that lists everything that is wrong in any of the files.
 */
export async function loadConfig(path: string, { functions = [] }: LoadConfigOptions = {}): Promise<Config> {
  const got = await readText(path);
  if ('wrong' in got) throw new ConfigError([{ file: path, line: 1, column: 1, message: got.wrong }]);
  const bot: Loaded<BotFile> = understand(path, got.text, readBot);
  const commands = await loadNamed(path, bot.result.commands, defaultCommands, (root) => readCommands(root, functions));
  const messages = await loadNamed(path, bot.result.messages, defaultMessages, readMessages);
  const problems = [...bot.problems, ...commands.problems, ...messages.problems];
  if (problems.length > 0) throw new ConfigError(problems);
  return { policy: bot.result.policy, commands: commands.result, messages: messages.result };
}
