import { randomUUID } from 'node:crypto';
import { type Chat, PluginError, plainText } from '@securitybot/core';
import type { Terminal } from './terminal.js';

/** The terminal as a chat with one person. Rooms are lines that begin with the room's name. */
export function createTerminalChat(terminal: Terminal): Chat {
  const { person } = terminal;
  const session = randomUUID(); // events are told apart by their ids, also after a restart
  let count = 0;
  const nextId = () => `${session}-${++count}`;

  return {
    name: 'terminal',
    supports: {}, // no buttons: people type

    async start(receive) {
      terminal.listen((text, sentAt) => receive({ id: nextId(), user: person.id, sentAt, type: 'text', text }));
    },

    stop: () => terminal.close(),

    async findUser(by) {
      const isTheirs = (login: string) => login.trim().toLowerCase() === person.username;
      const isThem =
        ('id' in by && by.id === person.id) ||
        ('username' in by && isTheirs(by.username)) ||
        ('email' in by && by.email.includes('@') && isTheirs(by.email.replace(/@.*/s, '')));
      return isThem ? { user: person } : { none: 'unknown' };
    },

    async send(to, message) {
      if ('room' in to) await terminal.show(`${to.room}:`, plainText(message.nodes));
      else if ('user' in to && to.user === person.id) await terminal.show('securitybot:', plainText(message.nodes));
      else {
        const whom = 'user' in to ? `"${to.user}"` : 'a home page';
        throw new PluginError('REJECTED', `terminal: there is no ${whom} here; write to "${person.id}" or to a room`);
      }
      return { id: nextId(), sentAt: Date.now() };
    },
  };
}
