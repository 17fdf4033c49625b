import type { Chat } from '@securitybot/core';
import { createClock } from '../clock.js';
import { createMemoryChat, type MemoryChat } from '../memory/chat.js';
import type { ShownMessage } from '../memory/messages.js';
import { memoryPerson } from '../memory/people.js';
import type { ChatHarness, ReadMessage } from '../suites/chat/harness.js';

const ann = memoryPerson('ann');
const bob = memoryPerson('bob');
const twins = ['U-TWIN-1', 'U-TWIN-2'].map((id) => ({ ...memoryPerson('twin'), id }));
const guest = { ...memoryPerson('guest'), ineligible: true };

const read = ({ id, text, choices, links }: ShownMessage): ReadMessage => ({ id, text, choices, links, mentions: [] });

type Changes = (memory: MemoryChat) => Partial<ChatHarness>;

/** The memory chat and its people; `changes` may put a broken plugin in its place. */
export const chatHarness = (changes: Changes = () => ({})) => harness({ choices: true, home: true }, changes);

/** The same without buttons and page. */
export const plainChatHarness = () => harness({}, () => ({}));

function harness(supports: Chat['supports'], changes: Changes): ChatHarness {
  const memory = createMemoryChat({
    people: [ann, bob, ...twins, guest],
    rooms: ['#security'],
    supports,
    clock: createClock(),
  });
  return {
    chat: memory,
    people: { ann, bob },
    roomName: '#security',
    say: (user, text) => void memory.say(user, text),
    press: memory.press,
    open: memory.open,
    messages: (user) => memory.inbox(user).map(read),
    room: (name) => memory.room(name).map(read),
    home(user) {
      const page = memory.home(user);
      return page && read(page);
    },
    restart() {
      memory.kill();
      return createMemoryChat({ workspace: memory.workspace });
    },
    redeliver: () => void memory.redeliver(),
    unacknowledged: () => memory.unacknowledged().length,
    sayInRoom: () => {}, // nobody but the bot writes to the rooms of the memory chat
    rename: (user, name) => memory.rename(user, { name, username: name }),
    fail: (code) => memory.failNext(Number.POSITIVE_INFINITY, code),
    mend: memory.mend,
    ambiguous: [{ username: 'twin' }, { email: 'twin@example.com' }],
    ineligible: [{ username: 'guest' }, { id: guest.id }],
    nowhere: [{ user: 'U-NOBODY' }, { user: guest.id }, { room: '#nowhere' }],
    ...changes(memory),
  };
}

/** A harness whose chats all have the same mistake; `inner` works. */
export function brokenChat(mistake: (inner: MemoryChat) => Partial<Chat>, changes: Changes = () => ({})): ChatHarness {
  return chatHarness((memory) => {
    const wrap = (inner: MemoryChat): MemoryChat => Object.assign({ ...inner }, mistake(inner));
    return {
      patienceMs: 100,
      chat: wrap(memory),
      restart() {
        memory.kill();
        return wrap(createMemoryChat({ workspace: memory.workspace }));
      },
      ...changes(memory),
    };
  });
}
