import type { Clock } from '../clock.js';
import { createMemoryAuth, type MemoryAuth } from '../memory/auth.js';
import { createMemoryBlacklist, type MemoryBlacklist } from '../memory/blacklist.js';
import { createMemoryChat, type MemoryChat } from '../memory/chat.js';
import type { ShownMessage } from '../memory/messages.js';
import { createMemoryTasker, type MemoryTasker } from '../memory/tasker.js';
import type { AuthHarness } from '../suites/auth/harness.js';
import type { BlacklistHarness } from '../suites/blacklist/rules.js';
import type { ChatHarness, ReadMessage } from '../suites/chat/harness.js';
import type { TaskerHarness } from '../suites/tasker/harness.js';

/** What a story is played on: the harnesses of the four plugins, as the conformance suites take them, or parts of them. */
export interface Stage {
  readonly chat: Pick<ChatHarness, 'chat' | 'roomName' | 'say' | 'messages' | 'room' | 'restart'> &
    Partial<Pick<ChatHarness, 'press' | 'open' | 'home' | 'unacknowledged'>>;
  /** The chat's id of a login. */
  userOf(login: string): string;
  readonly auth: Pick<AuthHarness, 'auth' | 'approve' | 'deny' | 'prompts'> &
    Partial<Pick<AuthHarness, 'fraud' | 'expire' | 'restart'>>;
  /** Its clock must be the story's. */
  readonly tasker: Pick<TaskerHarness, 'tasker' | 'other'> & Partial<Pick<TaskerHarness, 'record'>>;
  readonly blacklist: Pick<BlacklistHarness, 'blacklist' | 'other'>;
  /** How long to wait for what the story says, in ms of real time; by default 5,000, and nothing in memory. */
  readonly patienceMs?: number;
  close?(): Promise<void>;
}

export interface StageContext {
  readonly clock: Clock;
  /** Logins: people in the chat who have a second factor. */
  readonly people: readonly string[];
}

export type CreateStage<S extends Stage = Stage> = (context: StageContext) => S | Promise<S>;

/** The stage in memory, and the plugins behind it: to fail their calls, or to look into them. */
export interface MemoryStage extends Stage {
  readonly memory: {
    readonly chat: MemoryChat;
    readonly auth: MemoryAuth;
    readonly tasker: MemoryTasker;
    readonly blacklist: MemoryBlacklist;
  };
}

const read = ({ id, text, choices, links }: ShownMessage): ReadMessage => ({ id, text, choices, links, mentions: [] });

/** Where stories are played unless told otherwise. */
export function createMemoryStage({ clock, people }: StageContext): MemoryStage {
  const chat = createMemoryChat({ people, clock });
  const auth = createMemoryAuth({ clock, enrolled: people });
  const tasker = createMemoryTasker({ clock });
  const blacklist = createMemoryBlacklist({ clock });
  const { workspace } = chat;
  let latest = chat;
  return {
    memory: { chat, auth, tasker, blacklist },
    patienceMs: 0,
    userOf(login) {
      const found = workspace.find({ username: login });
      return 'user' in found ? found.user.id : login;
    },
    chat: {
      chat,
      roomName: '#security',
      // Not awaited: a bot that is killed meanwhile acknowledges nothing.
      say: (user, text) => void workspace.say(user, text),
      press: (user, id, label, reason) => void workspace.press(user, id, label, reason),
      open: (user) => void workspace.open(user),
      unacknowledged: () => workspace.unacknowledged().length,
      messages: (user) => workspace.inbox(user).map(read),
      room: (name) => workspace.room(name).map(read),
      home(user) {
        const page = workspace.home(user);
        return page && read(page);
      },
      restart() {
        latest.kill();
        latest = createMemoryChat({ workspace });
        return latest;
      },
    },
    auth: {
      auth,
      approve: auth.approve,
      deny: auth.deny,
      fraud: auth.fraud,
      expire: auth.expire,
      prompts: auth.prompts,
      restart: () => createMemoryAuth({ phones: auth.phones }),
    },
    tasker: {
      tasker,
      other: () => createMemoryTasker({ store: tasker.store }),
      record: tasker.store.record,
    },
    blacklist: { blacklist, other: () => createMemoryBlacklist({ store: blacklist.store }) },
  };
}
