import { readFile } from 'node:fs/promises';
import { checkDuo, createDuoAuth } from '@securitybot/auth-duo';
import { createWebauthnAuth } from '@securitybot/auth-webauthn';
import { createSlackChat, createSlackClients } from '@securitybot/chat-slack';
import { createZulipChat } from '@securitybot/chat-zulip';
import type { Auth, Chat, People, Securitybot } from '@securitybot/core';
import type { SqlDatabase } from '@securitybot/sql';
import {
  createDemoAuth,
  createDemoRoom,
  createTerminal,
  createTerminalChat,
  type DemoRoom,
  type Terminal,
} from '@securitybot/terminal';
import type { Logger } from 'pino';
import type { DuoEnvironment, Environment, ZulipEnvironment } from './environment.js';
import { logLines } from './log.js';

/** What talks to people, as the environment says. */
export interface Outside {
  readonly chat: Chat;
  readonly auth: Auth;
  readonly people: People;
  /** For the page: with the terminal and the demo factor only. */
  readonly demo?: DemoRoom;
  /** Lets the person at the terminal in, where there is one. Resolves at the end of what they type; never with Slack or Zulip. */
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

/** The authority in a file that the environment names. Throws an Error when it cannot be read. */
async function readAuthority(name: string, file: string | undefined): Promise<{ readonly ca?: string }> {
  if (file === undefined) return {};
  try {
    return { ca: await readFile(file, 'utf8') };
  } catch (cause) {
    throw new Error(`${name} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** What `createDuoAuth` takes. */
export async function duoOptions({ caFile, ...keys }: DuoEnvironment) {
  return { ...keys, ...(await readAuthority('DUO_CA_FILE', caFile)) };
}

/** What `createZulipChat` takes. */
export async function zulipOptions({ caFile, ...connection }: ZulipEnvironment) {
  return { ...connection, ...(await readAuthority('ZULIP_CA_FILE', caFile)) };
}

/** The demo factor needs somebody who types, though the chat is elsewhere. */
function runDemoFactor(terminal: Terminal, bot: Securitybot): void {
  terminal.listen(() =>
    terminal.show('securitybot:', 'People answer in the chat. Type approve, deny or fraud when the phone rings.'),
  );
  terminal.run(bot).catch(() => {}); // the end of what is typed is not the end of the bot
}

/** A person in front of a prompt learns who they are here, and what to begin with; a pipe knows. */
function greet(terminal: Terminal): Promise<void> {
  const { name } = terminal.person;
  return terminal.show('securitybot:', `You are ${name} here. Type test to be asked about an alert of yours, or help.`);
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

/** The chat that the environment names, where that is not the terminal. */
async function connectChat({ slack, zulip, reportingChannel }: Environment, log: Logger): Promise<Chat | undefined> {
  if (slack) {
    const lines = logLines(log, 'slack');
    return createSlackChat({ ...createSlackClients({ ...slack, log: lines }), reportingChannel, log: lines });
  }
  return zulip && createZulipChat({ ...(await zulipOptions(zulip)), reportingChannel, log: logLines(log, 'zulip') });
}

/** The second factor that the environment names, where that is not the demo factor. */
async function connectAuth(environment: Environment, database: SqlDatabase, log: Logger): Promise<Auth | undefined> {
  const { duo, passkeys } = environment;
  if (duo) return connectDuo(duo, log);
  return passkeys && createWebauthnAuth({ database, ...passkeys });
}

/** Makes the chat and the second factor that the environment names. */
export async function connectOutside(environment: Environment, database: SqlDatabase, log: Logger): Promise<Outside> {
  const terminal = createTerminal({ user: environment.terminalUser });
  const proof = await connectAuth(environment, database, log);
  const phone = createDemoAuth(terminal);
  const auth = proof ?? phone;
  const people = peopleOf(environment);
  const chat = await connectChat(environment, log);
  const close = () => terminal.close();
  if (!chat) {
    const run = async (bot: Securitybot) => {
      if (process.stdin.isTTY && process.stdout.isTTY) await greet(terminal);
      await terminal.run(bot);
    };
    const demo = proof ? {} : { demo: createDemoRoom(terminal, phone) };
    return { chat: createTerminalChat(terminal), auth, people, run, close, ...demo };
  }
  return {
    chat,
    auth,
    people,
    run(bot) {
      if (!proof) runDemoFactor(terminal, bot);
      return new Promise(() => {});
    },
    close,
  };
}
