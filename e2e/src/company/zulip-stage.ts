import { createZulipChat } from '@securitybot/chat-zulip';
import { type Chat, systemClock } from '@securitybot/core';
import { createZulipServer, type ZulipMessage, type ZulipPerson, type ZulipServer } from '@securitybot/strict-servers';
import type { CreateStage, Stage } from '@securitybot/testing';
import { type Behind, createBehind, emailOf, type Open } from './behind.js';

/** A company that chats in Zulip. */
export interface ZulipStage extends Stage, Behind {
  readonly zulip: ZulipServer;
  person(login: string): ZulipPerson;
  /** What the bot has logged about Zulip. */
  readonly log: readonly string[];
}

const ROOM = 'security>alerts';

function asRead({ id, text, links, mentions }: ZulipMessage) {
  return { id: String(id), text, choices: [], links, mentions };
}

/** A company on a migrated database, opened on the story's clock. */
export function zulipCompany(open: Open): CreateStage<ZulipStage> {
  return async (context) => {
    const { clock, people: logins } = context;
    const zulip = await createZulipServer({ now: clock.now, limit: false });
    const room = zulip.addChannel({ name: 'security', private: true, botIsSubscribed: true });
    for (const name of logins) zulip.addPerson({ name, email: emailOf(name), timeZone: 'UTC' });
    const behind = await createBehind(open, context);
    const log: string[] = [];
    const chats: Chat[] = [];
    function connectChat(): Chat {
      const { url: site, email, apiKey } = zulip;
      const chat = createZulipChat({
        site,
        email,
        apiKey,
        reportingChannel: ROOM,
        log: (level, line) => log.push(`${level}: ${line}`),
        clock: { ...systemClock, now: clock.now },
      });
      chats.push(chat);
      return chat;
    }
    const person = (login: string) => zulip.person(login);
    const byId = (user: string) => zulip.person(Number(user));

    return {
      ...behind,
      zulip,
      person,
      log,
      patienceMs: 60_000,
      userOf: (login) => (logins.includes(login) ? String(person(login).id) : login),
      chat: {
        chat: connectChat(),
        roomName: ROOM,
        restart: connectChat,
        say: (user, text) => void byId(user).types(text),
        unacknowledged: () => zulip.unread(),
        messages: (user) => (/^\d+$/.test(user) ? byId(user).reads().map(asRead) : []),
        room: () => room.reads('alerts').map(asRead),
      },
      async close() {
        // Those whose bot was killed wait for ever for what it was taking.
        const stopped = chats.map((chat) => chat.stop());
        await stopped.at(-1);
        await Promise.all([zulip.close(), behind.duo.close()]);
      },
    };
  };
}
