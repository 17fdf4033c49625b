import { type Chat, type Clock, PluginError, systemClock } from '@securitybot/core';
import { createApi } from './api.js';
import { setUpProblems } from './check.js';
import { readConnection, type ZulipConnection } from './connection.js';
import { createHearing, type Hearing } from './hearing.js';
import { createWhoAmI } from './identity.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { quietly, type ZulipLog } from './log.js';
import { createPeople } from './people.js';
import { createSending } from './sending.js';

export interface ZulipChatOptions extends ZulipConnection {
  /** Where reports go, to be looked at by `start`: a channel, or a channel and a topic, such as `security>alerts`. */
  readonly reportingChannel?: string;
  /** Told what an operator should know; what it throws is ignored. */
  readonly log?: ZulipLog;
  /** For tests. */
  readonly clock?: Clock;
}

const isPassing = (code: string) => code === 'UNAVAILABLE' || code === 'RATE_LIMITED';

/**
 * Zulip as a chat. Any number of processes may do so with one bot: each hears everything, and what one of them has taken is
 * read for all. Throws a PluginError (`BAD_CREDENTIALS`) for an address or a key that cannot be one.
 */
export function createZulipChat(options: ZulipChatOptions): Chat {
  const { reportingChannel, clock = systemClock } = options;
  const log = quietly(options.log);
  const ending = new AbortController();
  const stopping = ending.signal;
  const api = createApi(readConnection(options), clock, stopping);
  const whoAmI = createWhoAmI(api);
  let limits = DEFAULT_LIMITS;
  const sending = createSending(api, clock, () => limits);
  const people = createPeople(api);
  let hearing: Hearing | undefined;
  let stopped: Promise<void> | undefined;

  /** Throws where the set-up is wrong for good. What cannot be told now is logged, and seen later. */
  async function check(): Promise<void> {
    for (const { code, message } of await setUpProblems(api, whoAmI, reportingChannel)) {
      if (!isPassing(code)) throw new PluginError(code, message);
      log('warn', message);
    }
  }

  function stop(): Promise<void> {
    ending.abort();
    stopped ??= hearing?.idle() ?? Promise.resolve();
    return stopped;
  }

  return {
    name: 'zulip',
    supports: {}, // a bot of this kind has no buttons: people type

    async start(receive) {
      if (stopped || hearing) {
        throw new PluginError('REJECTED', 'zulip: this chat was started before. Create another one.');
      }
      const onLimits = (told: Limits) => {
        limits = told;
      };
      hearing = createHearing({ api, clock, whoAmI, receive, onLimits, log, stopping });
      try {
        await check();
        hearing.begin();
      } catch (error) {
        await stop();
        throw error;
      }
    },

    stop,
    findUser: (by) => people.find(by),
    send: (to, message) => sending.send(to, message),
    edit: (ref, message) => sending.edit(ref, message),
  };
}
