import { setTimeout } from 'node:timers/promises';
import { type Chat, type InboundEvent, isPluginError, PluginError, plainText } from '@securitybot/core';
import type { HouseEvent, HouseMessage, HousePerson } from './house.ts';

/** The house takes no longer message, in UTF-16 code units. The middle goes: the end says what is asked. */
const fit = (text: string) => (text.length <= 4_000 ? text : `${text.slice(0, 3_000)} […] ${text.slice(-900)}`);

export interface HouseChatOptions {
  /** Where the house's API is. */
  readonly url: string;
  readonly token: string;
  /** Is told what could not be delivered; it is tried again. */
  readonly log?: (line: string) => void;
}

/** A Chat on the HTTP API of the house. */
export function createHouseChat({ url, token, log = () => {} }: HouseChatOptions): Chat {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const stopping = new AbortController();
  let delivering: Promise<void> | undefined;

  async function ask<T>(
    method: string,
    path: string,
    body?: unknown,
    signal = AbortSignal.timeout(10_000),
  ): Promise<T> {
    try {
      const text = body === undefined ? null : JSON.stringify(body);
      const response = await fetch(new URL(path, url), { method, headers, body: text, signal, redirect: 'error' });
      if (response.ok) return (await response.json()) as T;
      const { status } = response;
      const why = `house: ${method} ${path} was refused: ${status} ${await response.text()}`;
      if (status === 401) throw new PluginError('BAD_CREDENTIALS', `${why}; give it the bot's own token`);
      if (status >= 500) throw new PluginError('UNAVAILABLE', why);
      if (status !== 429) throw new PluginError('REJECTED', why);
      throw new PluginError('RATE_LIMITED', why, { retryAfterMs: Number(response.headers.get('retry-after')) * 1_000 });
    } catch (cause) {
      if (isPluginError(cause)) throw cause;
      throw new PluginError('UNAVAILABLE', `house: ${method} ${path} has no answer; is ${url} up?`, { cause });
    }
  }

  /** One event after the other, so that nobody's messages change their order, until the chat is stopped. */
  async function deliver(receive: (event: InboundEvent) => Promise<void>): Promise<void> {
    let after = 0;
    while (!stopping.signal.aborted) {
      try {
        const patience = AbortSignal.any([stopping.signal, AbortSignal.timeout(60_000)]);
        for (const event of await ask<HouseEvent[]>('GET', `/events?after=${after}`, undefined, patience)) {
          if (stopping.signal.aborted) return;
          const { number, id, user, sentAt, text } = event;
          after = number;
          if (user !== undefined) await receive({ id, user, sentAt, type: 'text', text }); // whoever is in the hall is nobody
          await ask('POST', '/acknowledged', { id }); // now it is saved; whatever is not said here comes again
        }
      } catch (error) {
        if (stopping.signal.aborted) return;
        log(String(error));
        await setTimeout(1_000, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  return {
    name: 'house',
    supports: {}, // no buttons: people type
    async start(receive) {
      await ask('GET', '/me');
      delivering = deliver(receive);
    },
    async stop() {
      stopping.abort();
      await delivering;
    },
    async findUser(by) {
      const [person, ...others] = await ask<HousePerson[]>('GET', `/people?${new URLSearchParams({ ...by })}`);
      if (!person) return { none: 'unknown' };
      if (others.length > 0) return { none: 'ambiguous' };
      const { id, login, firstName, email, active } = person;
      return active ? { user: { id, username: login, name: firstName, email } } : { none: 'ineligible' };
    },
    send: (to, { key, nodes }) => ask<HouseMessage>('POST', '/messages', { to, key, text: fit(plainText(nodes)) }),
  };
}
