import { userInfo } from 'node:os';
import { createTerminal, createTerminalChat } from '@securitybot/terminal';
import { setting } from './env.ts';
import type { ChatSide } from './sides.ts';

export const terminal = createTerminal({ user: setting('SECURITYBOT_TERMINAL_USER', userInfo().username) });

/** This terminal, with one person in front of it: for trying out. */
export async function connectChat(): Promise<ChatSide> {
  return {
    chat: createTerminalChat(terminal),
    reportingChannel: setting('SECURITYBOT_REPORTING_CHANNEL', '#security'),
    people: {},
    run: terminal.run,
  };
}
