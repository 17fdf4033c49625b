import type { Auth, Chat } from '@securitybot/core';
import { type AuthHarness, type ChatHarness, type ReadMessage, testAuth, testChat } from '@securitybot/testing';
import { createDesk } from './fixtures/desk.js';
import { createDemoAuth } from './phone.js';

const ready = { idle: async () => {} };

/** What that speaker said on the screen, message by message. */
function said(shown: string, speaker: string): ReadMessage[] {
  const paragraphs = shown.split(/\n(?! |\n|$)/).filter((paragraph) => paragraph.startsWith(`${speaker} `));
  return paragraphs.map((paragraph, index) => ({
    id: String(index),
    text: paragraph.slice(speaker.length).trim(),
    choices: [],
    links: [],
    mentions: [],
  }));
}

function chatHarness(): ChatHarness {
  const desks = [createDesk()];
  const last = () => desks.at(-1) ?? createDesk();
  const shown = () => desks.map((desk) => desk.shown()).join('');
  return {
    chat: last().chat,
    people: { ann: last().terminal.person },
    roomName: '#security',
    nowhere: [{ user: 'terminal:bob' }],
    say(_user, text) {
      const { input, terminal } = last();
      input.write(`${text}\n`);
      void terminal.run(ready); // once: it is running already from the second time on
    },
    messages: (user) => (user === 'terminal:ann' ? said(shown(), 'securitybot:') : []),
    room: (name) => said(shown(), `${name}:`),
    restart(): Chat {
      desks.push(createDesk());
      return last().chat;
    },
    close: () => last().terminal.close(),
  };
}

function authHarness(): AuthHarness {
  const { terminal, input, shown } = createDesk();
  let now = Date.now();
  const auth: Auth = createDemoAuth(terminal, { now: () => now });
  terminal.listen(async () => {});
  const type = (word: string) => {
    input.write(`${word}\n`);
    void terminal.run(ready);
  };
  return {
    auth,
    ready: 'ann',
    hindered: { 'not-enrolled': 'bob' },
    approve: () => type('approve'),
    deny: () => type('deny'),
    fraud: () => type('fraud'),
    expire: () => {
      now += 60_000;
    },
    prompts: (subject) =>
      [...shown().matchAll(/^\[phone, demo\] push for (.*?): "(.*)" – type/gm)]
        .filter(([, owner]) => owner === subject)
        .map(([, , reason = '']) => ({ reason })),
    forgetsIds: 'it is a demo: its memory is the process',
    close: () => terminal.close(),
  };
}

testChat({ name: 'the terminal', create: chatHarness });
testAuth({ name: 'the demo factor', create: authHarness });
