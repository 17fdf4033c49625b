import type { InboundEvent } from '@securitybot/core';
import { turns } from '../clock.js';
import type { ChatHarness } from '../suites/chat/harness.js';
import type { Broken } from './broken.js';
import { brokenChat } from './chat-harness.js';

type Receive = (event: InboundEvent) => Promise<void>;

/** A chat whose events come to `receive` through `pass`. */
const brokenDelivery = (pass: (receive: Receive) => Receive) =>
  brokenChat((inner) => ({ start: (receive) => inner.start(pass(receive)) }));

/** Mistakes with what comes in. */
export const brokenInbound: readonly Broken<ChatHarness>[] = [
  {
    mistake: 'acknowledges, then takes: acks early',
    caughtBy: 'an event is acknowledged only after receive has resolved',
    create: () =>
      brokenDelivery((receive) => async (event) => {
        receive(event).catch(() => {});
      }),
  },
  {
    mistake: 'logs what receive rejects, and acknowledges it all the same',
    caughtBy: 'an event that receive rejects is not acknowledged, and comes again with the same id and content',
    create: () => brokenDelivery((receive) => (event) => receive(event).catch(() => {})),
  },
  {
    mistake: 'gives each delivery an id of its own',
    caughtBy: 'an event whose receiver was killed comes to the next process with the same id',
    create: () => {
      let count = 0;
      return brokenDelivery((receive) => (event) => {
        count += 1;
        return receive({ ...event, id: `${count}` });
      });
    },
  },
  {
    mistake: 'loses the order: a message that takes long is overtaken',
    caughtBy: 'the messages of one person are delivered in their order, however long each takes',
    create: () => {
      let count = 0;
      return brokenDelivery((receive) => async (event) => {
        count += 1;
        const slow = count % 2;
        turns(slow)
          .then(() => receive(event))
          .catch(() => {});
      });
    },
  },
  {
    mistake: 'names the sender by their login',
    caughtBy:
      'what somebody types is delivered as they typed it, with their id, an event id of its own and a time in ms',
    create: () =>
      brokenDelivery((receive) => (event) => receive({ ...event, user: event.user.slice(2).toLowerCase() })),
  },
  {
    mistake: 'believes who a message says it is from',
    caughtBy: 'the sender is whom the provider names, whatever people call themselves',
    create: () =>
      brokenDelivery((receive) => (event) => {
        const claims = event.type === 'text' && /\bann\b/.test(event.text);
        return receive(claims ? { ...event, user: 'U-ANN' } : event);
      }),
  },
  {
    mistake: 'takes the seconds of the provider for milliseconds',
    caughtBy:
      'what somebody types is delivered as they typed it, with their id, an event id of its own and a time in ms',
    create: () =>
      brokenDelivery((receive) => (event) => receive({ ...event, sentAt: Math.floor((event.sentAt ?? 0) / 1000) })),
  },
  {
    mistake: 'makes typographic quotes plain before the core sees them',
    caughtBy:
      'what somebody types is delivered as they typed it, with their id, an event id of its own and a time in ms',
    create: () =>
      brokenDelivery(
        (receive) => (event) =>
          receive(event.type === 'text' ? { ...event, text: event.text.replace(/[“”]/g, '"') } : event),
      ),
  },
  {
    mistake: 'ends its loop when receive rejects',
    caughtBy: 'a receive that rejects does not end the delivery',
    create: () => {
      let failed = false;
      return brokenDelivery((receive) => async (event) => {
        if (failed) return;
        await receive(event).catch((error: unknown) => {
          failed = true;
          throw error;
        });
      });
    },
  },
  {
    mistake: 'chokes on an empty message, for good',
    caughtBy: 'an empty, a huge or a garbled message does not end the delivery',
    create: () => {
      let choked = false;
      return brokenDelivery((receive) => async (event) => {
        choked ||= event.type === 'text' && event.text === '';
        if (!choked) await receive(event);
      });
    },
  },
  {
    mistake: 'hears itself',
    caughtBy: 'the bot does not hear itself',
    create: () => {
      let hear: Receive | undefined;
      return brokenChat((inner) => ({
        async start(receive) {
          hear = receive;
          await inner.start(receive);
        },
        async send(to, message) {
          const ref = await inner.send(to, message);
          await hear?.({ id: `own ${ref.id}`, user: 'U-BOT', type: 'text', text: 'own words' });
          return ref;
        },
      }));
    },
  },
  {
    mistake: 'takes what is said in rooms for direct messages',
    caughtBy: 'only direct messages are delivered, not what is said in rooms',
    create: () =>
      brokenChat(
        () => ({}),
        (memory) => ({ sayInRoom: (user, text) => void memory.say(user, text) }),
      ),
  },
  {
    mistake: 'a second stop waits for a connection that is gone',
    caughtBy: 'stop may be called before start, and twice',
    create: () =>
      brokenChat((inner) => {
        let stopped = false;
        return {
          async stop() {
            if (stopped) await new Promise(() => {});
            stopped = true;
            await inner.stop();
          },
        };
      }),
  },
  {
    mistake: 'stop does not wait for what is under way',
    caughtBy: 'stop resolves only when no event is under way',
    create: () =>
      brokenChat((inner) => ({
        async stop() {
          void inner.stop();
        },
      })),
  },
  {
    mistake: 'goes on delivering after stop',
    caughtBy: 'after stop nothing more is delivered',
    create: () =>
      brokenChat(
        () => ({ stop: async () => {} }),
        (memory) => ({ restart: () => memory }),
      ),
  },
  {
    mistake: 'starts with any credentials, and finds out later',
    caughtBy: 'start with wrong credentials throws a PluginError, BAD_CREDENTIALS',
    create: () =>
      brokenChat((inner) => ({
        start: (receive) => inner.start(receive).catch(() => {}),
      })),
  },
];
