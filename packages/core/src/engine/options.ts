import type { CommandHandler } from '../commands/handler.js';
import type { CommandDefinition } from '../commands/types.js';
import type { Auth } from '../contracts/auth.js';
import type { Blacklist } from '../contracts/blacklist.js';
import type { Chat, ChatUser, UserQuery } from '../contracts/chat.js';
import type { Tasker } from '../contracts/tasker.js';
import type { Messages } from '../messages/catalogue.js';
import type { Policy } from '../policy/policy.js';
import type { Clock } from './clock.js';
import type { Observation } from './observe.js';

/** The four parts a bot is composed of. */
export interface Plugins {
  readonly chat: Chat;
  readonly auth: Auth;
  readonly tasker: Tasker;
  readonly blacklist: Blacklist;
}

/** Who a login is, by configuration. A chat profile that its owner can edit decides nothing here. */
export interface People {
  /** How to look up the person behind a login. Default: by `username`. */
  readonly find?: (login: string) => UserQuery;
  /** The login of a chat user, for commands that need one; believed only if looking it up leads back to them. Default: their `username`. */
  readonly login?: (user: ChatUser) => string | undefined;
  /** The 2FA account of a login. Default: the login. */
  readonly subject?: (login: string) => string;
}

export interface SecuritybotOptions {
  /** Where reports go: a room, channel or stream, as the chat names it. */
  readonly reportingChannel: string;
  /** Default: `defaultPolicy`. */
  readonly policy?: Policy;
  /** Default: `defaultCommands`. */
  readonly commands?: readonly CommandDefinition[];
  /** Functions of your own, for commands to name. */
  readonly functions?: Readonly<Record<string, CommandHandler>>;
  /** Default: `defaultMessages`. */
  readonly messages?: Messages;
  readonly people?: People;
  /** Is told what happens: for logs, metrics and traces. What it throws is ignored. */
  readonly observe?: (observation: Observation) => void;
  /** How often the store is asked for what others wrote, in ms. Default: 1000. */
  readonly pollMs?: number;
  /** How long a conversation is held for performing its effects, in ms; extended while they take longer. Default: 30,000. */
  readonly leaseMs?: number;
  /** Conversations worked on at a time. Default: 1024. */
  readonly concurrency?: number;
  /** For tests. */
  readonly clock?: Clock;
}

/** A composed bot. */
export interface Securitybot {
  /** Begins to take messages and alerts. Throws what the chat throws at start. */
  start(): Promise<void>;
  /** Takes nothing new, finishes or hands back what it holds, and resolves. May be called twice. */
  stop(): Promise<void>;
  /**
   * Somebody else may have written to the store: it is looked at now, instead of at the next poll. May be called as often as one
   * likes: looks that are asked for within 50 ms are one. Does nothing before the start and after the stop.
   */
  wake(): void;
  /**
   * Resolves when one look at the store and one check of each challenge, begun after the call, found nothing new or
   * due, and all effects are performed. Open questions and unanswered pushes do not count.
   */
  idle(): Promise<void>;
}
