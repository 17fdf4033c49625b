import type { Auth, Chat, InboundEvent } from '@securitybot/core';

/** How long people take to press a button, or to approve a push, in ms. */
const THINKING = { least: 50, most: 150 };

/** Calls back later: people do not answer in the instant in which they are asked. */
function think(then: () => void): void {
  setTimeout(then, THINKING.least + Math.random() * (THINKING.most - THINKING.least));
}

/** A chat whose people say yes to everything, and a second factor that they approve. */
export function willingPeople(): { readonly chat: Chat; readonly auth: Auth } {
  let receive: (event: InboundEvent) => Promise<void> = async () => undefined;
  let count = 0;
  return {
    chat: {
      name: 'bench',
      supports: { choices: true },
      async start(to) {
        receive = to;
      },
      stop: async () => undefined,
      async findUser(by) {
        const id = 'id' in by ? by.id : 'username' in by ? `U-${by.username}` : '';
        return { user: { id, username: id.slice(2), name: 'Ann', timeZone: 'UTC' } };
      },
      async send(to, message) {
        count += 1;
        const value = message.choices?.[0]?.value;
        if ('user' in to && value !== undefined) {
          const press = {
            type: 'choice',
            id: `press ${message.key}`,
            user: to.user,
            value,
            reason: 'it was me',
          } as const;
          think(() => receive(press).catch(() => undefined)); // the bot tells of it
        }
        return { id: `m${count}` };
      },
      edit: async () => undefined,
    },
    auth: {
      name: 'bench',
      readiness: async () => ({ ready: true }),
      challenge: async ({ id }) => ({ token: id }),
      check: () => new Promise((resolve) => think(() => resolve('approved'))),
    },
  };
}
