import type { Clock } from '@securitybot/core';
import type { Api } from './api.js';
import { createBackoff } from './backoff.js';
import type { WhoAmI } from './identity.js';
import { listOf, numberOf, objectOf } from './json.js';
import { wordsOf, type ZulipLog } from './log.js';

/** Of the list, at a time. */
const PAGE = 100;
/** Without a refusal for so long, the next one is the first again, in ms. */
const FORGIVEN_MS = 60_000;

export interface CatchUpOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly whoAmI: WhoAmI;
  readonly onMessage: (raw: unknown) => void;
  readonly log: ZulipLog;
  readonly stopping: AbortSignal;
}

/**
 * Reads what was said and has not been taken: all direct messages to the bot that are unread. Where they begin nobody has to
 * remember, as Zulip does.
 */
export interface CatchUp {
  /** As soon as may be. */
  soon(): void;
  /** After a pause that grows while messages are refused again and again. */
  later(): void;
  /** Resolves when nothing is being read. */
  idle(): Promise<void>;
}

export function createCatchUp({ api, clock, whoAmI, onMessage, log, stopping }: CatchUpOptions): CatchUp {
  const failures = createBackoff(clock, stopping);
  const refusals = createBackoff(clock, stopping);
  let wanted = false;
  let refused = 0;
  let waiting: Promise<void> | undefined;
  let running: Promise<void> | undefined;

  /** https://zulip.com/api/get-messages */
  async function readAll(): Promise<void> {
    const narrow = [
      { operator: 'is', operand: 'dm' },
      { operator: 'is', operand: 'unread' },
      { operator: 'sender', operand: (await whoAmI()).id, negated: true },
    ];
    let anchor: string | number = 'oldest';
    for (;;) {
      const page = { anchor, include_anchor: false, num_before: 0, num_after: PAGE, narrow, apply_markdown: false };
      const { body } = await api.call('GET', '/messages', page, {
        about: 'what is unread',
        first: true,
        signal: stopping,
      });
      const messages = listOf(body.messages);
      for (const message of messages) onMessage(message);
      const last = numberOf(objectOf(messages.at(-1)).id);
      if (body.found_newest !== false || last === undefined) return;
      anchor = last;
    }
  }

  async function run(): Promise<void> {
    while (wanted && !stopping.aborted) {
      wanted = false;
      try {
        await readAll();
        failures.reset();
      } catch (error) {
        if (stopping.aborted) break;
        wanted = true;
        log('warn', `zulip: what was said meanwhile cannot be read just now: ${wordsOf(error)}`);
        await failures.pause(error);
      }
    }
    running = undefined;
  }

  function soon(): void {
    wanted = true;
    running ??= run();
  }

  return {
    soon,
    later() {
      if (clock.now() - refused > FORGIVEN_MS) refusals.reset();
      refused = clock.now();
      waiting ??= refusals.pause(undefined).then(() => {
        waiting = undefined;
        if (!stopping.aborted) soon();
      });
    },
    async idle() {
      await Promise.all([running, waiting]);
    },
  };
}
