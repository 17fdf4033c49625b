import { PluginError } from '@securitybot/core';
import type { Api } from './api.js';
import { numberOf } from './json.js';

const GENERIC_BOT = 1;

/** Whose e-mail address and key these are. */
interface Identity {
  readonly id: number;
  /** Not a person's, nor a bot that cannot use the API. */
  readonly isGenericBot: boolean;
}

/** Asks Zulip once: a key is the same bot for ever. Throws a PluginError. */
export type WhoAmI = () => Promise<Identity>;

/** https://zulip.com/api/get-own-user */
export function createWhoAmI(api: Api): WhoAmI {
  let known: Identity | undefined;
  return async () => {
    if (known) return known;
    const { body } = await api.call('GET', '/users/me', {}, { first: true });
    const id = numberOf(body.user_id);
    if (id === undefined) throw new PluginError('UNAVAILABLE', 'zulip: GET /users/me did not say who the bot is');
    known = { id, isGenericBot: body.is_bot === true && (body.bot_type ?? GENERIC_BOT) === GENERIC_BOT };
    return known;
  };
}
