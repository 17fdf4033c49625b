import type { ZulipAwaitOptions, ZulipWanted } from './types.js';

export interface ZulipPersonDetails {
  /** By default the next free one. */
  readonly id?: number;
  /** The part before the `@` of the address that is made up where none is given, and the full name where that is not. */
  readonly name: string;
  readonly email?: string;
  readonly fullName?: string;
  /** IANA, such as `Europe/Berlin`. By default empty, as of somebody who has not set it. */
  readonly timeZone?: string;
  /** By default a member. */
  readonly role?: 'owner' | 'administrator' | 'moderator' | 'member' | 'guest';
  readonly bot?: boolean;
  readonly deactivated?: boolean;
  /** Nobody but administrators sees the address. https://zulip.com/help/configure-email-visibility */
  readonly hidesEmail?: boolean;
}

export interface ZulipChannelDetails {
  readonly name: string;
  /** By default public. */
  readonly private?: boolean;
  /** By default as `private` is not. */
  readonly botIsSubscribed?: boolean;
  readonly archived?: boolean;
  /** Only administrators may post. */
  readonly announcementsOnly?: boolean;
}

/** A message as its reader sees it. */
export interface ZulipMessage {
  readonly id: number;
  /** The user id of who wrote it. */
  readonly author: number;
  /** Of a message in a channel. */
  readonly topic?: string;
  /** Markup applied, entities as characters; quotes begin with `> `. */
  readonly text: string;
  /** Where one gets by clicking, what Zulip makes clickable by itself included. */
  readonly links: readonly string[];
  /** Whom it calls: `@all`, `@topic`, `@Full Name`, `@*group*`. */
  readonly mentions: readonly string[];
  /** Links that Zulip's server fetches to show what is there: pictures, films. */
  readonly previews: readonly string[];
  readonly edited: boolean;
  /** Ms since the epoch, UTC. */
  readonly sentAt: number;
  /** Markdown, as it was sent. */
  readonly raw: string;
}

/** Something that a person sent. */
export interface ZulipSent {
  readonly id: number;
  /** Resolves when the bot has marked it as read. Rejects after a while. */
  readonly taken: Promise<void>;
}

/** Somebody in the organization, who does what people do. */
export interface ZulipPerson {
  readonly id: number;
  readonly email: string;
  readonly fullName: string;
  /** What the bot wrote to them in direct messages, oldest first, each in its latest version. */
  reads(): readonly ZulipMessage[];
  /** Resolves with the first of these that fits, also one that is there already. Rejects after a while, and says what there is. */
  awaits(wanted: ZulipWanted, options?: ZulipAwaitOptions): Promise<ZulipMessage>;
  /** Types to the bot. What Zulip's own client would not send, such as nothing but blanks, comes to nothing: `undefined`. */
  types(text: string): ZulipSent | undefined;
  /** Types to the bot where others read it too. */
  typesInGroup(others: readonly ZulipPerson[], text: string): ZulipSent | undefined;
  /** Says something in a channel, by id or name. */
  says(channel: number | string, topic: string, text: string): ZulipSent | undefined;
  /** Edits what they typed. */
  edits(message: ZulipSent, text: string): void;
  /** Takes back what they typed. */
  deletes(message: ZulipSent): void;
  /** Something in their profile changes, by them or by an administrator. */
  changes(details: Partial<Omit<ZulipPersonDetails, 'id'>>): void;
}

export interface ZulipChannel {
  readonly id: number;
  readonly name: string;
  /** What was posted there, oldest first, each in its latest version. */
  reads(topic?: string): readonly ZulipMessage[];
  /** Resolves with the first message of the bot there that fits. Rejects after a while, and says what there is. */
  awaits(wanted: ZulipWanted, options?: ZulipAwaitOptions): Promise<ZulipMessage>;
  changes(details: Partial<ZulipChannelDetails>): void;
}
