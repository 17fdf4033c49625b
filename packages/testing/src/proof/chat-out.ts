import { PluginError } from '@securitybot/core';
import type { ChatHarness } from '../suites/chat/harness.js';
import type { Broken } from './broken.js';
import { brokenChat } from './chat-harness.js';

/** Mistakes with what goes out. */
export const brokenOutbound: readonly Broken<ChatHarness>[] = [
  {
    mistake: 'writes to the room whatever should go to a person',
    caughtBy: 'send brings a message to the person, or to the room, and to nobody else',
    create: () => brokenChat((inner) => ({ send: (_, message) => inner.send({ room: '#security' }, message) })),
  },
  {
    mistake: 'leaves out links',
    caughtBy: 'a message is shown whole, its parts in order',
    create: () =>
      brokenChat((inner) => ({
        send: (to, message) =>
          inner.send(to, { ...message, nodes: message.nodes.filter(({ type }) => type !== 'link') }),
      })),
  },
  {
    mistake: 'writes text raw into its markup',
    caughtBy: 'text stays text: no markup in it mentions, links or formats anything',
    create: () =>
      brokenChat(
        () => ({}),
        (memory) => ({
          messages: (user) =>
            memory.inbox(user).map((message) => ({ ...message, mentions: message.text.match(/<[!@#][^>]+>/g) ?? [] })),
        }),
      ),
  },
  {
    mistake: 'makes every link clickable',
    caughtBy: 'a link is clickable only where it is http or https, and leads where it says',
    create: () =>
      brokenChat(
        () => ({}),
        (memory) => ({
          messages: (user) =>
            memory.inbox(user).map((message) => ({ ...message, mentions: [], links: [message.text] })),
        }),
      ),
  },
  {
    mistake: 'cuts a long message at its end',
    caughtBy: 'of a message of any length, beginning and end are shown',
    create: () =>
      brokenChat(
        () => ({}),
        (memory) => ({
          messages: (user) =>
            memory.inbox(user).map((message) => ({ ...message, mentions: [], text: message.text.slice(0, 40_000) })),
        }),
      ),
  },
  {
    mistake: 'refuses a key that it knows',
    caughtBy: 'the same message again, in another process too, is taken again: it is there once or more, not less',
    create: () => {
      const sent = new Set<string>();
      return brokenChat((inner) => ({
        async send(to, message) {
          const key = JSON.stringify([to, message.key]);
          if (sent.has(key)) throw new PluginError('REJECTED', 'chat: duplicate');
          sent.add(key);
          return inner.send(to, message);
        },
      }));
    },
  },
  {
    mistake: 'knows a message again by its words',
    caughtBy: 'messages of different keys are different messages, though they say the same',
    create: () =>
      brokenChat((inner) => ({
        send: (to, message) => inner.send(to, { ...message, key: JSON.stringify(message.nodes) }),
      })),
  },
  {
    mistake: 'knows a message again by its key alone, whoever it is for',
    caughtBy: 'the same key to somebody else is another message',
    create: () => {
      const sent = new Map<string, { readonly id: string }>();
      return brokenChat((inner) => ({
        async send(to, message) {
          const ref = sent.get(message.key) ?? (await inner.send(to, message));
          sent.set(message.key, ref);
          return ref;
        },
      }));
    },
  },
  {
    mistake: 'keeps the destination in a variable: sends at once get mixed up',
    caughtBy: 'messages sent at once all arrive, each once and where it belongs',
    create: () => {
      let destination: Parameters<ChatHarness['chat']['send']>[0];
      return brokenChat((inner) => ({
        async send(to, message) {
          destination = to;
          await null;
          return inner.send(destination, message);
        },
      }));
    },
  },
  {
    mistake: 'dates messages by its own clock, which is fast',
    caughtBy: 'times of messages and of answers to them are of one clock',
    create: () =>
      brokenChat((inner) => ({
        async send(to, message) {
          const ref = await inner.send(to, message);
          return { ...ref, sentAt: (ref.sentAt ?? 0) + 60_000 };
        },
      })),
  },
  {
    mistake: 'takes what can never be delivered for an outage',
    caughtBy: 'what can never be delivered is REJECTED',
    create: () =>
      brokenChat((inner) => ({
        send: (to, message) =>
          inner.send(to, message).catch(() => {
            throw new PluginError('UNAVAILABLE', 'chat: not ok');
          }),
      })),
  },
  {
    mistake: 'throws whatever its client throws',
    caughtBy: 'a failure of the provider is a PluginError of its code; nothing is there after one that was not sent',
    create: () =>
      brokenChat((inner) => ({
        send: (to, message) =>
          inner.send(to, message).catch(() => {
            throw new Error('An API error occurred');
          }),
      })),
  },
  {
    mistake: 'says "not sent" of a message whose answer was lost',
    caughtBy: 'a failure of the provider is a PluginError of its code; nothing is there after one that was not sent',
    create: () =>
      brokenChat(
        (inner) => ({
          send: (to, message) =>
            inner.send(to, message).catch(() => {
              throw new PluginError('UNAVAILABLE', 'chat: no answer', { notSent: true });
            }),
        }),
        (memory) => ({ fail: (code) => memory.failNext(Number.POSITIVE_INFINITY, code, { done: true }) }),
      ),
  },
  {
    mistake: 'edits what it remembers having sent, until it is restarted',
    caughtBy: 'a message can be edited in any process: other words, and no buttons any more',
    create: () =>
      brokenChat((inner) => {
        const own = new Set<string>();
        return {
          async send(to, message) {
            const ref = await inner.send(to, message);
            own.add(ref.id);
            return ref;
          },
          edit: async (ref, message) => (own.has(ref.id) ? inner.edit(ref, message) : undefined),
        };
      }),
  },
  {
    mistake: 'without buttons, shows nothing of a message that has some',
    caughtBy: 'without buttons, a message with choices is shown all the same',
    create: () =>
      brokenChat((inner) => ({
        supports: {},
        send: (to, message) => inner.send(to, message.choices ? { key: message.key, nodes: [] } : message),
      })),
  },
  {
    mistake: 'cuts the value of a choice to what its provider allows by default',
    caughtBy: 'a press brings the value of its choice back unchanged, with the id of who pressed',
    create: () =>
      brokenChat((inner) => ({
        start: (receive) =>
          inner.start((event) =>
            receive(event.type === 'choice' ? { ...event, value: event.value.slice(0, 75) } : event),
          ),
      })),
  },
  {
    mistake: 'forgets the reason that it asked for',
    caughtBy: 'a choice that asks for a reason counts with it, as it was typed',
    create: () =>
      brokenChat((inner) => ({
        send: (to, message) => {
          const choices = message.choices?.map(({ label, value }) => ({ label, value }));
          return inner.send(to, choices ? { ...message, choices } : message);
        },
      })),
  },
  {
    mistake: 'keeps the values of its buttons in the process',
    caughtBy: 'a press goes on being understood after a restart',
    create: () =>
      brokenChat((inner) => {
        const values = new Set<string>();
        return {
          async send(to, message) {
            for (const { value } of message.choices ?? []) values.add(value);
            return inner.send(to, message);
          },
          start: (receive) =>
            inner.start(async (event) => {
              if (event.type !== 'choice' || values.has(event.value)) await receive(event);
            }),
        };
      }),
  },
  {
    mistake: 'writes the home page once',
    caughtBy: 'the home page shows what was last sent to it, and says when it is opened',
    create: () => {
      let written = false;
      return brokenChat((inner) => ({
        async send(to, message) {
          if ('home' in to && written) return { id: 'home' };
          written ||= 'home' in to;
          return inner.send(to, message);
        },
      }));
    },
  },
];
