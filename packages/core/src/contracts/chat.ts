import type { MessageRef, OutgoingMessage } from './message.js';

/** A person as the chat knows them. */
export interface ChatUser {
  /** Stable and the chat's own: never a name its owner can change. */
  readonly id: string;
  /** The login or handle. */
  readonly username: string;
  /** What to call them; their first name where the chat knows it. */
  readonly name: string;
  readonly email?: string;
  /** IANA time zone, such as `Europe/Berlin`. Absent or unknown: the policy's. */
  readonly timeZone?: string;
  /** BCP 47, such as `en-GB`. */
  readonly locale?: string;
}

/** How to look a person up. */
export type UserQuery = { readonly id: string } | { readonly username: string } | { readonly email: string };

/**
 * What a look-up found. `unknown`: nobody. `ambiguous`: more than one. `ineligible`: somebody who must not be asked
 * (deactivated, a bot, a guest, of another workspace).
 */
export type FoundUser = { readonly user: ChatUser } | { readonly none: 'unknown' | 'ambiguous' | 'ineligible' };

/** Something a person did in the chat. `id` is the provider's event id: the same on redelivery. `user` is the sender's id, from the provider. */
export type InboundEvent = {
  readonly id: string;
  readonly user: string;
  /** When the provider says it happened: ms since the epoch, UTC, on the provider's clock. */
  readonly sentAt?: number;
} & (
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'choice'; readonly value: string; readonly reason?: string }
  /** The person opened the page of their open questions (`supports.home`). */
  | { readonly type: 'opened' }
);

/** Where people are asked. */
export interface Chat {
  readonly name: string;
  /** `choices`: shows buttons; absent, people type. `home`: shows a page of one's open questions. */
  readonly supports: { readonly choices?: true; readonly home?: true };
  /**
   * Begins to deliver direct messages and presses to `receive`. Acknowledge an event to the provider only after
   * `receive` resolved; when it rejects, let the provider deliver the event again. Throws a PluginError when the
   * credentials or the set-up are wrong.
   */
  start(receive: (event: InboundEvent) => Promise<void>): Promise<void>;
  /** Ends delivery; resolves when nothing is under way. May be called twice, or before `start`. */
  stop(): Promise<void>;
  /** Nobody found is a value; a PluginError means that the question could not be answered. */
  findUser(by: UserQuery): Promise<FoundUser>;
  /** Resolves when the provider has the message. Throws a PluginError; `REJECTED` means it can never be delivered there. */
  send(
    to: { readonly user: string } | { readonly room: string } | { readonly home: string },
    message: OutgoingMessage,
  ): Promise<MessageRef>;
  /** Replaces a message: buttons out, outcome in. Absent: messages stay as they are. */
  edit?(ref: MessageRef, message: OutgoingMessage): Promise<void>;
}
