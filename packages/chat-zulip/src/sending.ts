import { type Chat, type Clock, type MessageRef, type OutgoingMessage, PluginError } from '@securitybot/core';
import type { Api } from './api.js';
import { numberOf } from './json.js';
import type { Limits } from './limits.js';
import { contentOf } from './markdown.js';
import { isUserId } from './people.js';
import { readRoom } from './rooms.js';

type To = Parameters<Chat['send']>[0];

function refuse(what: string): PluginError {
  return new PluginError('REJECTED', `zulip: ${what}`);
}

/** Where a message goes, as the API is told it. */
function placeOf(to: To): { readonly about: string; readonly parameters: Readonly<Record<string, unknown>> } {
  if ('home' in to) throw refuse('there is no page for one person. Write to them.');
  if ('room' in to) {
    const { channel, topic } = readRoom(to.room);
    return {
      about: `channel ${JSON.stringify(channel)}`,
      parameters: { type: 'channel', to: JSON.stringify(channel), topic },
    };
  }
  if (!isUserId(to.user)) {
    throw refuse(`there is no user ${JSON.stringify(to.user.slice(0, 100))}. Ids are numbers.`);
  }
  return { about: `user ${to.user}`, parameters: { type: 'direct', to: [Number(to.user)] } };
}

export interface Sending {
  send(to: To, message: OutgoingMessage): Promise<MessageRef>;
  edit(ref: MessageRef, message: OutgoingMessage): Promise<void>;
}

export function createSending(api: Api, clock: Clock, limits: () => Limits): Sending {
  return {
    /** https://zulip.com/api/send-message */
    async send(to, { nodes, urgent = false }) {
      const { about, parameters } = placeOf(to);
      const content = contentOf(nodes, limits().message);
      const { body, at } = await api.call(
        'POST',
        '/messages',
        { ...parameters, content, read_by_sender: true },
        { about, first: urgent },
      );
      const id = numberOf(body.id);
      if (id === undefined) {
        throw new PluginError('UNAVAILABLE', `zulip: POST /messages for ${about} did not say which message it is`);
      }
      // The answer has no time, but its Date does; both are in whole seconds.
      return { id: String(id), ...(at === undefined ? {} : { sentAt: at }) };
    },

    /** https://zulip.com/api/update-message. What is too old to be edited stays as it is, as where a chat cannot edit. */
    async edit({ id, sentAt }, { nodes }) {
      if (!isUserId(id))
        throw refuse(`there is no message ${JSON.stringify(id.slice(0, 100))} to edit. Send a new one.`);
      const { message, editMs } = limits();
      if (sentAt !== undefined && clock.now() - sentAt >= editMs) return;
      await api.call('PATCH', `/messages/${id}`, { content: contentOf(nodes, message) }, { about: 'an edit' });
    },
  };
}
