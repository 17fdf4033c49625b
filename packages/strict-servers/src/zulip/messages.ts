import type { Names } from './inline.js';
import { renderMarkdown } from './markdown.js';
import { apiEmailOf, type Member, nameOf } from './people.js';
import type { ZulipChannelDetails, ZulipMessage } from './types-people.js';

export interface Channel {
  readonly id: number;
  details: ZulipChannelDetails;
}

/** To people, the author among them; or to a topic. */
export type Place = { readonly people: readonly Member[] } | { readonly channel: Channel; readonly topic: string };

export interface Message {
  readonly id: number;
  readonly author: Member;
  readonly place: Place;
  /** Ms since the epoch, UTC. */
  readonly at: number;
  content: string;
  edited: boolean;
  /** The bot's own flag. */
  readByBot: boolean;
}

/** Everything that was said and not taken back, by id. */
export interface Messages {
  all(): readonly Message[];
  get(id: number): Message | undefined;
  add(message: Pick<Message, 'author' | 'place' | 'content' | 'readByBot'>): Message;
  remove(message: Message): void;
  /** As its reader sees it. */
  show(message: Message): ZulipMessage;
  /** As the API tells it. https://zulip.com/api/get-messages */
  object(message: Message, applyMarkdown: boolean): Record<string, unknown>;
}

const CUT = '\n[message truncated]';

/**
 * What becomes of the words of a message; `undefined` where nothing is left, or where Zulip refuses them.
 * `cut`: it was too long.
 */
export function normalise(
  words: string,
  most: number,
): { readonly content: string; readonly cut: boolean } | undefined {
  const body = words.trimEnd().replace(/^\n+/u, '');
  if (body === '' || body.includes('\u0000')) return undefined;
  const points = [...body];
  if (points.length <= most) return { content: body, cut: false };
  return { content: points.slice(0, most - CUT.length).join('') + CUT, cut: true };
}

export const isDirect = ({ place }: Message): boolean => 'people' in place;

export function createMessages(now: () => number, names: Names): Messages {
  const messages = new Map<number, Message>();
  let lastId = 1000;
  return {
    all: () => [...messages.values()],
    get: (id) => messages.get(id),
    add(details) {
      lastId += 1;
      const message: Message = { ...details, id: lastId, at: now(), edited: false };
      messages.set(lastId, message);
      return message;
    },
    remove: ({ id }) => void messages.delete(id),
    show({ id, author, place, content, edited, at }) {
      return {
        id,
        author: author.id,
        ...('topic' in place && { topic: place.topic }),
        ...renderMarkdown(content, names),
        edited,
        sentAt: Math.floor(at / 1000) * 1000,
        raw: content,
      };
    },
    object(message, applyMarkdown) {
      const { id, author, place, content, at, edited } = message;
      const [type, where] =
        'people' in place
          ? [
              'private',
              {
                display_recipient: place.people
                  .toSorted((one, other) => one.id - other.id)
                  .map((member) => ({
                    id: member.id,
                    email: apiEmailOf(member),
                    full_name: nameOf(member),
                    is_mirror_dummy: false,
                  })),
                subject: '',
              },
            ]
          : [
              'stream',
              { display_recipient: place.channel.details.name, stream_id: place.channel.id, subject: place.topic },
            ];
      return {
        id,
        type,
        ...where,
        sender_id: author.id,
        sender_email: apiEmailOf(author),
        sender_full_name: nameOf(author),
        sender_realm_str: 'corp',
        content: applyMarkdown ? `<p>${renderMarkdown(content, names).text}</p>` : content,
        content_type: applyMarkdown ? 'text/html' : 'text/x-markdown',
        timestamp: Math.floor(at / 1000),
        ...(edited && { last_edit_timestamp: Math.floor(at / 1000) }),
        recipient_id: 1,
        client: 'website',
        is_me_message: content.startsWith('/me '),
        avatar_url: null,
        reactions: [],
        submessages: [],
        topic_links: [],
      };
    },
  };
}
