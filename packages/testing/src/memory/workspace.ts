import {
  type FoundUser,
  type InboundEvent,
  type MessageRef,
  type OutgoingMessage,
  PluginError,
  type UserQuery,
} from '@securitybot/core';
import { CLOCK_START, type Clock } from '../clock.js';
import { type Connection, createDelivery, type Receive } from './delivery.js';
import { createLine, type Line, type Provider } from './line.js';
import { createMessages, type Destination, type ShownMessage } from './messages.js';
import { createPeople, type MemoryPerson } from './people.js';

/**
 * The other side of the memory chat: its people. `user` is an id or a username; a wrong one is an Error.
 * What they do resolves when it is acknowledged, or refused, or waits for a bot to connect.
 */
export interface MemoryWorkspace extends Provider {
  /** Somebody types to the bot. */
  say(user: string, text: string): Promise<void>;
  /** Somebody presses a button, also one that only their own screen still shows. `reason`: for choices that ask for it. */
  press(user: string, messageId: string, label: string, reason?: string): Promise<void>;
  /** Somebody opens the page of their open questions. */
  open(user: string): Promise<void>;
  /** What the bot wrote to somebody, oldest first. */
  inbox(user: string): readonly ShownMessage[];
  /** What the bot wrote to a room, oldest first. */
  room(name: string): readonly ShownMessage[];
  /** The page of somebody's open questions. */
  home(user: string): ShownMessage | undefined;
  /** Delivers an event again, acknowledged or not; the last one where no id is given. */
  redeliver(id?: string): Promise<void>;
  /** Ids of events not acknowledged. */
  unacknowledged(): readonly string[];
  add(person: MemoryPerson): void;
  /** What an owner may change, and what an administrator may; never the id. */
  rename(user: string, changes: Partial<Pick<MemoryPerson, 'name' | 'username' | 'email'>>): void;
  deactivate(user: string): void;
}

/** The provider's own side, which the plugin talks to. */
export interface WorkspaceService {
  readonly line: Line;
  readonly supports: { readonly choices?: true; readonly home?: true };
  connect(receive: Receive): Connection;
  find(by: UserQuery): FoundUser;
  post(to: Destination, message: OutgoingMessage): MessageRef;
  replace(ref: MessageRef, message: OutgoingMessage): void;
}

export interface MemoryWorkspaceOptions {
  /** Logins, or people in full. */
  readonly people: readonly (string | MemoryPerson)[];
  /** By default both. */
  readonly supports?: { readonly choices?: true; readonly home?: true };
  /** The rooms there are; by default any. */
  readonly rooms?: readonly string[];
  /** Dates messages and events. */
  readonly clock?: Pick<Clock, 'now'>;
}

const rejected = (message: string) => new PluginError('REJECTED', `memory chat: ${message}`);

/** A chat provider in memory. */
export function createMemoryWorkspace(options: MemoryWorkspaceOptions): MemoryWorkspace & WorkspaceService {
  const { supports = { choices: true, home: true }, rooms } = options;
  const now = options.clock?.now ?? (() => CLOCK_START);
  const line = createLine('memory chat', now);
  const people = createPeople(options.people);
  const messages = createMessages({ choices: supports.choices === true });
  const delivery = createDelivery();
  let events = 0;

  type Doing = InboundEvent extends infer Each
    ? Each extends InboundEvent
      ? Omit<Each, 'id' | 'user' | 'sentAt'>
      : never
    : never;
  const happen = async (user: string, doing: Doing): Promise<void> => {
    events += 1;
    await delivery.deliver({ id: `E${events}`, user: people.get(user).id, sentAt: now(), ...doing });
  };
  const at = (user: string) => ({ user: people.get(user).id });

  const checkDestination = (to: Destination): void => {
    if ('room' in to) {
      if (rooms && !rooms.includes(to.room))
        throw rejected(`there is no room "${to.room}". Create it, or name another.`);
      return;
    }
    const id = 'home' in to ? to.home : to.user;
    if ('home' in to && !supports.home) throw rejected('it shows no page of open questions. Do not send to a home.');
    const found = people.find({ id });
    if (!('user' in found)) throw rejected(`"${id}" cannot be written to (${found.none}). Look the person up again.`);
  };

  return {
    ...line,
    line,
    supports,
    say: (user, text) => happen(user, { type: 'text', text }),
    async press(user, messageId, label, reason) {
      const { value, asksReason } = messages.choice(at(user), messageId, label);
      await happen(user, { type: 'choice', value, ...(asksReason && { reason: reason ?? '' }) });
    },
    open: (user) => happen(user, { type: 'opened' }),
    inbox: (user) => messages.shown(at(user)),
    room: (room) => messages.shown({ room }),
    home: (user) => messages.shown({ home: people.get(user).id })[0],
    redeliver: delivery.redeliver,
    unacknowledged: delivery.unacknowledged,
    add: people.add,
    rename: (user, changes) => people.change(user, changes),
    deactivate: (user) => people.change(user, { ineligible: true }),

    connect: delivery.connect,
    find: people.find,
    post(to, message) {
      checkDestination(to);
      return messages.post(to, message, now());
    },
    replace: messages.replace,
  };
}
