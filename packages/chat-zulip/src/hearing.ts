import type { Clock } from '@securitybot/core';
import { createAcknowledger } from './acknowledge.js';
import type { Api } from './api.js';
import { createCatchUp } from './catch-up.js';
import type { WhoAmI } from './identity.js';
import { readMessage } from './inbound.js';
import { objectOf } from './json.js';
import { type Limits, readLimits } from './limits.js';
import { listen } from './listening.js';
import type { ZulipLog } from './log.js';
import { createTaking, type Receive } from './taking.js';

export interface HearingOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly whoAmI: WhoAmI;
  readonly receive: Receive;
  /** The server has said what it takes. */
  readonly onLimits: (limits: Limits) => void;
  readonly log: ZulipLog;
  readonly stopping: AbortSignal;
}

/**
 * What people type, from two sources: the event queue tells at once, and forgets; the list of what is unread knows all that
 * was not taken, whoever was away. A message of both is taken once, and one that is taken again is known to the engine by its id.
 */
export interface Hearing {
  begin(): void;
  /** After a stop: resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createHearing({ api, clock, whoAmI, receive, onLimits, log, stopping }: HearingOptions): Hearing {
  const acknowledger = createAcknowledger(api, clock, log, stopping);
  const onRefused = () => catchUp.later();
  const taking = createTaking({ receive, acknowledger, onRefused, log, stopping });
  let botId: number | undefined;
  let listening: Promise<void> | undefined;

  function onMessage(raw: unknown): void {
    const heard = botId === undefined ? undefined : readMessage(objectOf(raw), botId);
    if (heard) taking.take(heard);
  }

  const catchUp = createCatchUp({ api, clock, whoAmI, onMessage, log, stopping });

  return {
    begin() {
      listening = listen({
        api,
        clock,
        async onRegistered(body) {
          botId = (await whoAmI()).id;
          onLimits(readLimits(body));
          catchUp.soon();
        },
        onMessage,
        log,
        stopping,
      });
    },
    async idle() {
      await Promise.all([taking.idle(), catchUp.idle(), listening]);
      await acknowledger.idle();
    },
  };
}
