import type { Blacklist } from '../contracts/blacklist.js';
import type { MessageBook } from '../messages/book.js';
import { parseDuration } from '../messages/duration.js';
import { plainText } from '../messages/plain.js';
import { type CommandHandler, type Invocation, reply } from './handler.js';
import type { CommandDefinition, CommandFunction } from './types.js';

interface Surroundings {
  readonly commands: readonly CommandDefinition[];
  readonly blacklist: Blacklist;
  readonly messages: MessageBook;
  /** 64 hex digits that follow from the text alone. */
  readonly hash: (text: string) => Promise<string>;
}

function answer(said: 'yes' | 'no' | 'unsure'): CommandHandler {
  return ({ rest }) => ({ type: 'answer', said, rest });
}

function usage({ command }: Invocation) {
  return reply(...command.usage.map((line) => ({ message: 'usage' as const, values: { usage: line } })));
}

/** Core's own command functions. */
export function builtinFunctions(around: Surroundings): Readonly<Record<CommandFunction, CommandHandler>> {
  const { commands, blacklist, messages } = around;

  const help: CommandHandler = ({ args }) => {
    const all = args.includes('-a') || args.includes('--all');
    const shown = commands.filter(({ hidden }) => all || !hidden);
    const lines = shown.map(({ usage: forms, summary }) => ({
      message: 'help-line' as const,
      values: { usage: forms.join(' | '), summary },
    }));
    return reply(...lines, ...(all ? [] : [{ message: 'help-more' as const }]));
  };

  const ignore: CommandHandler = (invocation) => {
    const [which, duration = '', ...more] = invocation.args;
    const durationMs = parseDuration(duration);
    if ((which !== 'current' && which !== 'last') || durationMs === undefined || more.length > 0)
      return usage(invocation);
    return { type: 'ignore', which, durationMs };
  };

  const opt =
    (type: 'opt-out' | 'opt-in'): CommandHandler =>
    async ({ login, now, command }) => {
      const username = await login();
      if (username === undefined) return reply({ message: 'no-login' });
      const entry = await blacklist.find({ username, title: '', now: await now() });
      const standing = entry !== undefined && entry.title === undefined;
      return { type, username, standing, command: command.name };
    };

  const test: CommandHandler = async (invocation) => {
    const { login, command, eventId } = invocation;
    const username = await login();
    if (username === undefined) return reply({ message: 'no-login' });
    const now = await invocation.now();
    const title = plainText(messages('test-title'));
    const entry = await blacklist.find({ username, title, now });
    const alert = {
      id: await around.hash(`test alert of event ${eventId}`), // so that a redelivered event raises it once
      username,
      title,
      description: plainText(messages('test-description')),
      reason: plainText(messages('test-reason')),
      url: '',
      eventTime: now.getTime(),
    };
    return {
      type: 'raise',
      alert,
      reply: [{ command: command.name, outcome: entry?.title === undefined ? 'success' : 'failure' }],
    };
  };

  return {
    help,
    hi: ({ user, command }) => reply({ command: command.name, outcome: 'success', values: { name: user.name } }),
    yes: answer('yes'),
    no: answer('no'),
    unsure: answer('unsure'),
    ignore,
    stop: opt('opt-out'),
    start: opt('opt-in'),
    status: () => ({ type: 'status' }),
    test,
  };
}
