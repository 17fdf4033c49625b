import type { ChatUser } from '../contracts/chat.js';
import type { Part, PersonEvent } from '../conversation/types.js';
import type { CommandDefinition } from './types.js';

type Common = 'at' | 'id' | 'user' | 'sentAt';
type Bare<T> = T extends unknown ? Omit<T, Common> : never;

/** What a command does: an event for the conversation. Most commands of your own say something: `{ type: 'reply', parts: [{ text }] }`. */
export type CommandAction = Bare<PersonEvent>;

/** A command somebody gave. */
export interface Invocation {
  readonly user: ChatUser;
  /** As configured. */
  readonly command: CommandDefinition;
  readonly args: readonly string[];
  /** What follows the command, verbatim. */
  readonly rest: string;
  /** The chat's event id: the same on redelivery. */
  readonly eventId: string;
  /** The sender's login; undefined where looking it up does not lead back to them. */
  login(): Promise<string | undefined>;
  /** The store's clock. */
  now(): Promise<Date>;
}

/** A function that a command names. It may run again for a redelivered message; what it returns counts once. */
export type CommandHandler = (invocation: Invocation) => CommandAction | Promise<CommandAction>;

/** Says something. */
export function reply(...parts: readonly Part[]): CommandAction {
  return { type: 'reply', parts };
}
