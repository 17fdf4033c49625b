import { createSlackChat, createSlackClients } from '@securitybot/chat-slack';
import type { Chat } from '@securitybot/core';
import { createSlackServer, type SlackMessage, type SlackPerson, type SlackServer } from '@securitybot/strict-servers';
import type { CreateStage, Stage } from '@securitybot/testing';
import { type Behind, createBehind, emailOf, type Open } from './behind.js';

/** A company: its Slack, its Duo, its database, and nothing pretended in between but the clock. */
export interface CompanyStage extends Stage, Behind {
  readonly slack: SlackServer;
  person(login: string): SlackPerson;
  /** What the bot has logged about Slack. */
  readonly log: readonly string[];
}

const ROOM = '#security';

/** In real time, as the app works in that. Slack's three seconds are held by the tests of the plugin; here a slow machine is no offence. */
export const SLACK_TIMES = { acknowledgeMs: 30_000, triggerMs: 30_000, retryMs: [0, 1000, 5000, 30_000] };

function asRead({ id, text, buttons, links, mentions }: SlackMessage) {
  return { id, text, choices: buttons, links, mentions };
}

/** A company on a migrated database, opened on the story's clock, whose Slack has no limits. */
export function company(open: Open): CreateStage<CompanyStage> {
  return async (context) => {
    const { clock, people: logins } = context;
    const slack = await createSlackServer({
      now: clock.now,
      times: SLACK_TIMES,
      limits: false,
    });
    const room = slack.addChannel('security');
    for (const name of logins) {
      slack.addPerson({ name, email: emailOf(name), timeZone: 'UTC' });
    }
    const log: string[] = [];
    const chats: Chat[] = [];
    function connectChat(): Chat {
      const { botToken, appToken, url: apiUrl } = slack;
      const write = (level: string, line: string) => log.push(`${level}: ${line}`);
      const chat = createSlackChat({
        ...createSlackClients({ botToken, appToken, apiUrl, log: write }),
        log: write,
        reportingChannel: ROOM,
      });
      chats.push(chat);
      return chat;
    }
    const behind = await createBehind(open, context);
    const person = (login: string) => slack.person(login);

    return {
      ...behind,
      slack,
      person,
      log,
      patienceMs: 60_000,
      userOf: (login) => (logins.includes(login) ? person(login).id : login),
      chat: {
        chat: connectChat(),
        roomName: ROOM,
        restart: connectChat,
        // Not awaited: the acknowledgement is waited for by whoever tells the story.
        say: (user, text) =>
          void slack
            .person(user)
            .types(text)
            .acknowledged.catch(() => {}),
        async press(user, id, label, reason) {
          const message = slack
            .person(user)
            .reads()
            .find((each) => each.id === id);
          if (!message) throw new Error(`There is no message ${id}.`);
          const press = slack.person(user).presses(message, label);
          await press.acknowledged;
          if (reason !== undefined) await (await press.dialog).submits(reason);
        },
        open: (user) =>
          void slack
            .person(user)
            .opensHome()
            .acknowledged.catch(() => {}),
        unacknowledged: () => slack.unacknowledged(),
        messages: (user) => slack.person(user).reads().map(asRead),
        room: () => room.reads().map(asRead),
        home(user) {
          const page = slack.person(user).home();
          return page && asRead(page);
        },
      },
      async close() {
        await Promise.all(chats.map((chat) => chat.stop()));
        await Promise.all([slack.close(), behind.duo.close()]);
      },
    };
  };
}
