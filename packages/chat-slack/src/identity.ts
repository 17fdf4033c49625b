import type { Clock } from '@securitybot/core';
import type { Api } from './api.js';
import { createCache } from './cache.js';
import { type Json, listOf, objectOf, textOf } from './json.js';

/** Who the bot token is. */
export interface Identity {
  readonly teamId: string | undefined;
  /** The organisation, in Enterprise Grid. */
  readonly enterpriseId: string | undefined;
  readonly userId: string | undefined;
  /** Absent: the token is not a bot's. */
  readonly botId: string | undefined;
  /** What the token may do; absent where Slack does not say. */
  readonly scopes: readonly string[] | undefined;
}

function readIdentity(answer: Json): Identity {
  const { scopes } = objectOf(answer.response_metadata);
  return {
    teamId: textOf(answer.team_id),
    enterpriseId: textOf(answer.enterprise_id),
    userId: textOf(answer.user_id),
    botId: textOf(answer.bot_id),
    scopes: Array.isArray(scopes) ? listOf(scopes).map(String) : undefined,
  };
}

/** Asks Slack once: a token is the same bot for ever. Throws a PluginError. */
export type WhoAmI = () => Promise<Identity>;

export function createWhoAmI(api: Api, clock: Clock): WhoAmI {
  const cache = createCache<Identity>(clock, 1, Number.POSITIVE_INFINITY);
  return () => cache.get('me', async () => readIdentity(await api.call('auth.test', {})));
}
