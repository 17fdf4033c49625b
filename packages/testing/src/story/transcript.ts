import type { Clock } from '../clock.js';
import type { ReadMessage } from '../suites/chat/harness.js';
import type { Stage } from './stage.js';

/** What was said in one place, and how far the story has looked at it. */
export interface Place {
  readonly name: string;
  readonly messages: ReadMessage[];
  /** Messages before this one were told of. */
  told: number;
}

/** Writes down what happens, in order, as the people see it. */
export interface Transcript {
  add(line: string): void;
  /** Looks at all inboxes, the room and the phones for what is new. */
  look(): Promise<void>;
  readonly room: Place;
  inbox(login: string): Place;
  /** The story so far. */
  text(): string;
}

const when = (at: number) => {
  const date = new Date(at);
  const day = date.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' });
  return `${day} ${date.toISOString().slice(11, 19)}`;
};

const shown = ({ text, choices }: ReadMessage) =>
  `${text}${choices.length > 0 ? `\n${choices.map((label) => `[${label}]`).join(' ')}` : ''}`;

export function createTranscript(stage: Stage, clock: Clock, people: readonly string[]): Transcript {
  const lines: string[] = [];
  const add = (line: string) => {
    lines.push(`${when(clock.now())}  ${line.replaceAll('\n', '\n                ')}`);
  };

  const room: Place = { name: stage.chat.roomName, messages: [], told: 0 };
  const inboxes = new Map(people.map((login): [string, Place] => [login, { name: login, messages: [], told: 0 }]));
  const prompts = new Map<string, number>();

  const compare = (place: Place, now: readonly ReadMessage[]) => {
    for (const message of now) {
      const index = place.messages.findIndex(({ id }) => id === message.id);
      const before = place.messages[index];
      if (before === undefined) {
        place.messages.push(message);
        add(`bot to ${place.name}: ${shown(message)}`);
      } else if (shown(before) !== shown(message)) {
        place.messages[index] = message;
        add(`bot to ${place.name}, edited: ${shown(message)}`);
      }
    }
  };

  return {
    add,
    room,
    async look() {
      for (const [login, place] of inboxes) compare(place, await stage.chat.messages(stage.userOf(login)));
      compare(room, await stage.chat.room(room.name));
      for (const login of people) {
        const seen = await stage.auth.prompts(login);
        for (const { reason } of seen.slice(prompts.get(login) ?? 0)) add(`phone of ${login}: ${reason ?? 'a prompt'}`);
        prompts.set(login, seen.length);
      }
    },
    inbox(login) {
      const place = inboxes.get(login);
      if (place) return place;
      throw new Error(`"${login}" is not in this story. Name them in its option "people": ${people.join(', ')}.`);
    },
    text: () => lines.join('\n'),
  };
}
