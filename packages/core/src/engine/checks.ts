import { emptyConversation } from '../conversation/empty.js';
import type { Conversation, ConversationEvent, Effect } from '../conversation/types.js';
import type { EngineContext } from './context.js';
import type { Ledger } from './ledger.js';
import { createMutex } from './mutex.js';
import { asEvent, type Perform } from './perform.js';

type CheckEffect = Effect & { readonly type: 'check' };

/**
 * Challenges that are out: this process asks the provider how they stand, from memory, and writes when one settles.
 * Nobody's lease is held meanwhile. The check in the outbox is put off again and again, so that another process takes
 * over soon after this one is gone.
 */
export interface Checks {
  /** Takes charge of the conversation's challenges, where these events say that this process has just asked the provider. */
  adopt(conversation: Conversation, events: readonly ConversationEvent[]): void;
  /** Checks each challenge once, begun after the call. @returns whether one of them settled. */
  all(): Promise<boolean>;
  /** Hands all of them back. */
  stop(): Promise<void>;
}

export function createChecks(context: EngineContext, ledger: Ledger, perform: Perform): Checks {
  const { clock, policy, pollMs, stopping } = context;
  const inOrder = createMutex();
  const watched = new Map<
    string,
    { readonly person: string; readonly effect: CheckEffect; readonly done: Promise<void> }
  >();

  /** One check. @returns when to check again, in ms; `undefined` when the challenge is settled. */
  async function check(person: string, effect: CheckEffect, putOff: boolean): Promise<number | undefined> {
    const began = clock.now();
    const outcome = await perform(effect, emptyConversation(person));
    const isPending = outcome.type === 'checked' && outcome.result === 'pending';
    if (isPending && !putOff) return Math.max(0, pollMs - (clock.now() - began));
    const saved = await ledger.hand(person, (at) => [
      asEvent({ ...outcome, ...(isPending ? { again: at + policy.recheckMs } : {}) }, effect.key, at),
    ]);
    const left = saved?.outbox.find(({ key }) => key === effect.key);
    if (!left) return undefined;
    return isPending
      ? Math.max(0, pollMs - (clock.now() - began))
      : Math.min(pollMs * 2 ** left.tries, policy.recheckMs / 2);
  }

  async function watch(person: string, effect: CheckEffect): Promise<void> {
    let putOffAt = clock.now() + policy.recheckMs / 2;
    while (!stopping.aborted && watched.has(effect.key)) {
      let pause = pollMs;
      try {
        const putOff = clock.now() >= putOffAt;
        const again = await inOrder(effect.key, () => check(person, effect, putOff));
        if (again === undefined) break;
        if (putOff) putOffAt = clock.now() + policy.recheckMs / 2;
        pause = again;
      } catch (error) {
        context.observe({ type: 'failure', doing: 'check a challenge', error });
      }
      await clock.sleep(pause, stopping);
    }
    if (!stopping.aborted) watched.delete(effect.key); // else it has to be handed back
  }

  const recent = (event: ConversationEvent) =>
    event.type === 'challenged' || (event.type === 'checked' && event.result === 'pending');

  return {
    adopt(conversation, events) {
      if (stopping.aborted || !events.some(recent)) return;
      for (const effect of conversation.outbox) {
        if (effect.type !== 'check' || watched.has(effect.key)) continue;
        // The first check waits for the loop's next turn, so that `watched` knows it by then.
        const done = Promise.resolve().then(() => watch(conversation.person, effect));
        watched.set(effect.key, { person: conversation.person, effect, done });
      }
    },
    async all() {
      const settled = await Promise.all(
        [...watched].map(async ([key, { person, effect }]) => {
          const again = await inOrder(key, async () => (watched.has(key) ? check(person, effect, false) : undefined));
          if (again === undefined) watched.delete(key);
          return again === undefined;
        }),
      );
      return settled.some(Boolean);
    },
    async stop() {
      const left = [...watched];
      watched.clear();
      await Promise.all(
        left.map(async ([key, { person, done }]) => {
          await done;
          try {
            await ledger.hand(person, (at) => [{ type: 'checked', result: 'pending', again: at, key, at }]);
          } catch (error) {
            // Another process takes over all the same, a little later.
            context.observe({ type: 'failure', doing: 'hand back a challenge', error });
          }
        }),
      );
    },
  };
}
