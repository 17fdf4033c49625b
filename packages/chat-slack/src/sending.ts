import { type Chat, type MessageRef, type OutgoingMessage, PluginError } from '@securitybot/core';
import type { Api, CallOptions } from './api.js';
import { isUserId } from './buttons.js';
import { bundle, type Content, contentOf, plainContentOf, richTextOf } from './content.js';
import { answerOf } from './errors.js';
import { type Json, objectOf, textOf, timeOf } from './json.js';
import type { SlackLog } from './log.js';
import type { Place } from './queue.js';
import type { Rooms } from './rooms.js';

/** How long an edit or a page waits for Slack's limits, in ms. Not for long: others with more to say would wait for their turn. */
const PATIENCE_MS = 2000;

/** Slack's words for "too long" and "mis-shaped". Neither should happen: the plainest message still goes out. */
const MALFORMED = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']);

type To = Parameters<Chat['send']>[0];

/** A message's address: channel, time and, for its buttons, reader. */
interface Address {
  readonly channel: string;
  readonly ts: string;
  readonly user: string | undefined;
}

const writeRef = ({ channel, ts, user }: Address) => [channel, ts, ...(user === undefined ? [] : [user])].join('/');

function readRef(id: string): Address {
  const [, channel, ts, user] = /^([CDG][A-Z0-9]{1,30})\/(\d+\.\d+)(?:\/([UW][A-Z0-9]{1,30}))?$/.exec(id) ?? [];
  if (channel === undefined || ts === undefined) {
    throw new PluginError(
      'REJECTED',
      `slack: there is no message ${JSON.stringify(id.slice(0, 100))} to edit. Send a new one.`,
    );
  }
  return { channel, ts, user };
}

interface Shown {
  /** Whom the buttons are for. */
  readonly user: string | undefined;
  /** For messages. */
  readonly about: string;
  readonly isEdit: boolean;
}

export interface Sending {
  /** One call for one or more messages to a place; what the queue does. */
  deliver(place: Place, messages: readonly OutgoingMessage[], isBusy: boolean): Promise<MessageRef>;
  /** Where a message is to go. Throws a PluginError (`REJECTED`) where nothing can be. */
  placeOf(to: Exclude<To, { home: string }>): Promise<Place>;
  edit(ref: MessageRef, message: OutgoingMessage): Promise<void>;
  /** The page of somebody's open questions. */
  publish(user: string, message: OutgoingMessage): Promise<MessageRef>;
}

function personOf(user: string): string {
  if (isUserId(user)) return user;
  throw new PluginError(
    'REJECTED',
    `slack: there is no user ${JSON.stringify(user.slice(0, 100))}. Ids look like U0123456789.`,
  );
}

export function createSending(api: Api, rooms: Rooms, log: SlackLog): Sending {
  /** Calls with what is to be shown; once more, with the plainest form of it, where Slack refuses the form. */
  async function show(message: OutgoingMessage, to: Shown, call: (content: Content) => Promise<Json>): Promise<Json> {
    const { user, about, isEdit } = to;
    try {
      return await call(contentOf(message, user));
    } catch (error) {
      const answer = answerOf(error);
      if (answer === undefined || !MALFORMED.has(answer)) throw error;
      const what = `slack: a message for ${about} was refused (${answer}) and is shown as plain text`;
      log('error', `${what}. Please report this as a bug of @securitybot/chat-slack.`);
      return await call(plainContentOf(message, user, isEdit));
    }
  }

  return {
    async placeOf(to) {
      return 'user' in to ? { id: personOf(to.user), isRoom: false } : { id: await rooms.idOf(to.room), isRoom: true };
    },

    async deliver({ id, isRoom }, messages, isBusy) {
      const user = isRoom ? undefined : id; // a button in a room would be anybody's
      const [first] = messages;
      const message = first && messages.length === 1 ? first : bundle(messages);
      const options: CallOptions = { about: id, ownLimit: isBusy };
      const answer = await show(message, { user, about: id, isEdit: false }, (content) =>
        api.call(
          'chat.postMessage',
          { channel: id, ...content, mrkdwn: false, unfurl_links: false, unfurl_media: false },
          options,
        ),
      );
      const channel = textOf(answer.channel);
      const ts = textOf(answer.ts);
      if (channel === undefined || ts === undefined) {
        throw new PluginError('UNAVAILABLE', `slack: chat.postMessage for ${id} did not say where the message is`);
      }
      const sentAt = timeOf(ts);
      return { id: writeRef({ channel, ts, user }), ...(sentAt === undefined ? {} : { sentAt }) };
    },

    async edit(ref, message) {
      const { channel, ts, user } = readRef(ref.id);
      await show(message, { user, about: channel, isEdit: true }, (content) =>
        api.patiently(PATIENCE_MS, 'chat.update', { channel, ts, ...content }, { about: channel }),
      );
    },

    async publish(user, { nodes }) {
      const view = { type: 'home', blocks: [richTextOf(nodes)] };
      const answer = await api.patiently(
        PATIENCE_MS,
        'views.publish',
        { user_id: personOf(user), view },
        { about: user },
      );
      return { id: textOf(objectOf(answer.view).id) ?? `home/${user}` };
    },
  };
}
