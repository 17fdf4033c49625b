import { type DemoAuth, PHONE, type PushAnswer } from './phone.js';
import type { Said, Terminal } from './terminal.js';

/** How much of what was said a room remembers. */
const MOST_SAID = 100;

/** What a room shows. */
export interface DemoRoomState {
  /** The login of whoever sits at the terminal. */
  readonly user: string;
  /** What was said in the chat, the oldest first. `own`: by the person. */
  readonly chat: readonly (Said & { readonly n: number; readonly own: boolean })[];
  /** What the pretend phone asks, the oldest first. */
  readonly pushes: readonly { readonly id: string; readonly reason: string }[];
}

/** Another screen of a terminal and its pretend phone: whoever has it plays both sides, so it proves nothing. */
export interface DemoRoom {
  state(): DemoRoomState;
  /** Calls back whenever the state has changed; `changed` must not throw. @returns what ends it. */
  follow(changed: () => void): () => void;
  /** See `Terminal`. */
  say(line: string): Promise<void>;
  /** See `DemoAuth`. */
  answer(id: string, answer: PushAnswer): Promise<boolean>;
}

/** Opens the room; it remembers what is said from then on. */
export function createDemoRoom(terminal: Terminal, phone: DemoAuth): DemoRoom {
  const user = terminal.person.username;
  const followers = new Set<() => void>();
  let chat: DemoRoomState['chat'] = [];
  let count = 0;
  terminal.watch((said) => {
    if (said.speaker !== PHONE) {
      count += 1;
      chat = [...chat, { ...said, n: count, own: said.speaker === `${user}:` }].slice(-MOST_SAID);
    }
    for (const changed of followers) changed(); // whatever the phone does, it says
  });
  return {
    state: () => ({ user, chat, pushes: phone.waiting() }),
    follow(changed) {
      followers.add(changed);
      return () => void followers.delete(changed);
    },
    say: terminal.say,
    answer: phone.answer,
  };
}
