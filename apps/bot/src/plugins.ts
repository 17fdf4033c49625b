import { readFile } from 'node:fs/promises';
import { checkDuo, createDuoAuth } from '@securitybot/auth-duo';
import { createSlackChat, createSlackClients } from '@securitybot/chat-slack';
import type { Auth, Chat, People, Securitybot } from '@securitybot/core';
import { createDemoAuth, createTerminal, createTerminalChat, type Terminal } from '@securitybot/terminal';
import type { Logger } from 'pino';
import type { DuoEnvironment, Environment } from './environment.js';
import { logLines } from './log.js';

/** What talks to people, as the environment says. */
export interface Outside {
  readonly chat: Chat;
  readonly auth: Auth;
  readonly people: People;
  /** Lets the person at the terminal in, where there is one. Resolves at the end of what they type; never with Slack. */
  run(bot: Securitybot): Promise<void>;
  /** Lets go of the terminal, which would hold up the end of the process. */
  close(): Promise<void>;
}

/** Who a login is: the account with its e-mail address in the company's domain; without a domain, the account of that name. */
function peopleOf({ emailDomain }: Pick<Environment, 'emailDomain'>): People {
  if (emailDomain === undefined) return {};
  const suffix = `@${emailDomain}`;
  return {
    find: (login) => ({ email: login + suffix }),
    login: ({ email = '' }) => (email.toLowerCase().endsWith(suffix) ? email.slice(0, -suffix.length) : undefined),
  };
}

/** What `createDuoAuth` takes. Throws an Error when the file of the authority cannot be read. */
export async function duoOptions({ caFile, ...keys }: DuoEnvironment) {
  if (caFile === undefined) return keys;
  try {
    return { ...keys, ca: await readFile(caFile, 'utf8') };
  } catch (cause) {
    throw new Error(`DUO_CA_FILE cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** The demo factor needs somebody who types, though the chat is elsewhere. */
function runDemoFactor(terminal: Terminal, bot: Securitybot): void {
  terminal.listen(() =>
    terminal.show('securitybot:', 'People answer in Slack. Type approve, deny or fraud when the phone rings.'),
  );
  terminal.run(bot).catch(() => {}); // the end of what is typed is not the end of the bot
}

/** Keys that Duo refuses are told at once, and not with the first push. Duo may be away: that is no reason not to start. */
async function lookAtDuo(options: Parameters<typeof checkDuo>[0], log: Logger): Promise<void> {
  const write = logLines(log, 'duo');
  for (const { level, text } of await checkDuo(options))
    write(level === 'ok' ? 'info' : level === 'warn' ? 'warn' : 'error', text);
}

async function connectDuo(duo: DuoEnvironment, log: Logger): Promise<Auth> {
  const options = await duoOptions(duo);
  void lookAtDuo(options, log);
  return createDuoAuth(options);
}

/** Makes the chat and the second factor that the environment names. */
export async function connectOutside(environment: Environment, log: Logger): Promise<Outside> {
  const { slack, duo, reportingChannel } = environment;
  const terminal = createTerminal({ user: environment.terminalUser });
  const auth = duo ? await connectDuo(duo, log) : createDemoAuth(terminal);
  const people = peopleOf(environment);
  const close = () => terminal.close();
  if (!slack) return { chat: createTerminalChat(terminal), auth, people, run: (bot) => terminal.run(bot), close };

  const lines = logLines(log, 'slack');
  const chat = createSlackChat({ ...createSlackClients({ ...slack, log: lines }), reportingChannel, log: lines });
  return {
    chat,
    auth,
    people,
    run(bot) {
      if (!duo) runDemoFactor(terminal, bot);
      return new Promise(() => {});
    },
    close,
  };
}
