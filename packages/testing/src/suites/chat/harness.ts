import assert from 'node:assert/strict';
import type {
  Chat,
  ChatUser,
  InboundEvent,
  MessageNode,
  OutgoingMessage,
  PluginErrorCode,
  UserQuery,
} from '@securitybot/core';
import type { AnyHarness } from '../rule.js';
import { createGate, type Gate, until } from '../wait.js';

/** A message as its reader sees it, markup and all. */
export interface ReadMessage {
  /** The provider's own; for `press`. */
  readonly id: string;
  /** What is read, with markup applied and escapes undone. */
  readonly text: string;
  /** Labels of the buttons below it. */
  readonly choices: readonly string[];
  /** Where one gets by clicking. Empty where the chat has no links of its own. */
  readonly links: readonly string[];
  /** Whom it calls: people, channels, everybody. */
  readonly mentions: readonly string[];
}

type Now<T> = T | Promise<T>;

/** A chat under test, and its other side: the people and the provider. People go by the chat's ids. */
export interface ChatHarness extends AnyHarness {
  readonly chat: Chat;
  readonly people: { readonly ann: ChatUser; readonly bob?: ChatUser };
  /** A room that the bot may write to. */
  readonly roomName: string;
  /** Somebody types to the bot. Need not wait for the acknowledgement. */
  say(user: string, text: string): Now<void>;
  /** What the bot wrote to somebody, oldest first: one entry for each `send`, put together where it had to go in pieces. */
  messages(user: string): Now<readonly ReadMessage[]>;
  /** What the bot wrote to a room, oldest first. */
  room(name: string): Now<readonly ReadMessage[]>;
  /** The process is gone without a word, and whatever it still does reaches nobody; here is the plugin of the next, not started yet. */
  restart(): Now<Chat>;

  /** Somebody presses a button. Needed where the plugin supports choices. */
  press?(user: string, messageId: string, label: string, reason?: string): Now<void>;
  /** The page of somebody's open questions. Needed where the plugin supports it; so is `open`. */
  home?(user: string): Now<ReadMessage | undefined>;
  /** Somebody opens that page. */
  open?(user: string): Now<void>;
  /** The provider delivers its last event again. */
  redeliver?(): Now<void>;
  /** How many events the provider has handed over and got no acknowledgement for. */
  unacknowledged?(): Now<number>;
  /** Somebody says something where others read it, too. */
  sayInRoom?(user: string, text: string): Now<void>;
  /** Something comes in that nobody whom the provider vouches for has sent: without a sender, or from another organisation. */
  sayAsStranger?(text: string): Now<void>;
  /** The connection of the plugin that runs is cut once, by the network or the provider. It may come back at once. */
  disconnect?(): Now<void>;
  /** Somebody changes what they are called, as far as the provider lets them. */
  rename?(user: string, name: string): Now<void>;
  /** From now on the provider fails every call so that the plugin should report this code; until `mend`. Of one connection: cut it, and refuse the next. */
  fail?(code: PluginErrorCode): Now<void>;
  mend?(): Now<void>;
  /** Queries that fit more than one person. */
  readonly ambiguous?: readonly UserQuery[];
  /** Queries that fit somebody who must not be asked. */
  readonly ineligible?: readonly UserQuery[];
  /** Where nothing can ever be delivered. */
  readonly nowhere?: readonly ({ readonly user: string } | { readonly room: string })[];
}

/** A receiver that keeps what it gets. */
export function collect(): {
  readonly events: InboundEvent[];
  readonly receive: (event: InboundEvent) => Promise<void>;
} {
  const events: InboundEvent[] = [];
  return {
    events,
    receive: async (event) => {
      events.push(event);
    },
  };
}

/** Waits for so many events, and gives them. */
export async function received(
  harness: ChatHarness,
  events: readonly InboundEvent[],
  count: number,
): Promise<readonly InboundEvent[]> {
  await until(harness, `${count} events to be delivered`, () => events.length >= count);
  return events;
}

/** What was typed, of each event; of other events their type. */
export const texts = (events: readonly InboundEvent[]): readonly string[] =>
  events.map((event) => (event.type === 'text' ? event.text : event.type));

/** Says something and waits until it is delivered. */
export async function exchange(harness: ChatHarness, events: InboundEvent[], text: string): Promise<InboundEvent> {
  const before = events.length;
  await harness.say(harness.people.ann.id, text);
  const event = (await received(harness, events, before + 1))[before];
  assert.ok(event);
  return event;
}

/** Starts, and has ann say yes: the bot is taking that until the gate is opened. */
export async function beginTaking(harness: ChatHarness): Promise<Gate> {
  const gate = createGate();
  const events: InboundEvent[] = [];
  await harness.chat.start(async (event) => {
    events.push(event);
    await gate.opened;
  });
  await harness.say(harness.people.ann.id, 'yes');
  await received(harness, events, 1);
  return gate;
}

/** Texts are wrapped, indented and quoted by one chat or another: white space does not count. */
export const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** A message of one text. */
export function note(key: string, text: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const nodes: readonly MessageNode[] = [{ type: 'text', text }];
  return { key, nodes, ...more };
}

/** Times are ms since the epoch, not seconds. */
export function checkTime(what: string, at: number | undefined): void {
  if (at === undefined) return;
  assert.ok(at > Date.UTC(2001, 0) && at < Date.UTC(2200, 0), `${what} ${at} is no time in ms since the epoch`);
}

/** Skips where the plugin does not declare to support something. */
export const supports = (what: 'choices' | 'home') => (harness: ChatHarness) =>
  harness.chat.supports[what] ? undefined : `the plugin does not declare to support ${what}`;

/** The first reason to skip, if any. */
export const either =
  (...reasons: readonly ((harness: ChatHarness) => string | undefined)[]) =>
  (harness: ChatHarness): string | undefined => {
    for (const reason of reasons) {
      const found = reason(harness);
      if (found !== undefined) return found;
    }
    return undefined;
  };

/** Skips where there is only one person. */
export const needsBob = ({ people }: ChatHarness): string | undefined =>
  people.bob ? undefined : 'the harness has no second person';
