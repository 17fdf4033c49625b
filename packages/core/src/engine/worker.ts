import type { Claimed } from '../contracts/tasker.js';
import { dueLanes } from '../conversation/lanes.js';
import type { Conversation, ConversationEvent, Effect } from '../conversation/types.js';
import type { Checks } from './checks.js';
import type { EngineContext } from './context.js';
import type { Ledger } from './ledger.js';
import { asEvent, type Perform } from './perform.js';

/** How often a refused save is made again on what is stored by then. */
const RACES = 10;

function isAttempt(effect: Effect): boolean {
  return effect.type === 'challenge' && !effect.attempted;
}

/** Performs what is due in claimed conversations. */
export function createWorker(context: EngineContext, ledger: Ledger, perform: Perform, checks: Checks) {
  const { tasker, clock, leaseMs } = context;

  /** One conversation under a lease, from the claim until nothing more is due. */
  return async ({ conversation, lease }: Claimed, claimedAt: Date): Promise<Conversation | undefined> => {
    const began = clock.now();
    const at = () => claimedAt.getTime() + (clock.now() - began); // the store's clock, as far as it is known here
    let stored = conversation;

    /** Saves what the events make of the conversation as stored; again, where another save came first. */
    async function save(
      events: readonly ConversationEvent[],
      keep: (next: Conversation) => boolean,
    ): Promise<Conversation | undefined> {
      for (let race = 0; race < RACES; race += 1) {
        const next = ledger.decide(stored, events);
        const saved = await ledger.commit(stored, next, { id: lease, ...(keep(next) ? { keepMs: leaseMs } : {}) });
        if (saved) {
          stored = saved;
          return saved;
        }
        stored = (await tasker.load(stored.person)).conversation;
      }
      return undefined;
    }

    /** Holds the lease while effects take long. Another save in between is no matter: what is stored then counts. */
    async function holdWhile<T>(work: Promise<T>): Promise<T> {
      const done = new AbortController();
      const holding = (async () => {
        for (;;) {
          await clock.sleep(leaseMs / 3, done.signal);
          if (done.signal.aborted) return;
          await save([], () => true).catch((error) =>
            context.observe({ type: 'failure', doing: 'extend a lease', error }),
          );
        }
      })();
      try {
        return await work;
      } finally {
        done.abort();
        await holding;
      }
    }

    async function performLane(lane: readonly Effect[]): Promise<ConversationEvent[]> {
      const events: ConversationEvent[] = [];
      for (const effect of lane) {
        if (context.stopping.aborted && events.length > 0) break;
        const outcome = await perform(effect, stored);
        const again =
          outcome.type === 'checked' && outcome.result === 'pending' ? { again: at() + context.policy.recheckMs } : {};
        events.push(asEvent({ ...outcome, ...again }, effect.key, at()));
        if (outcome.type === 'failed') break;
      }
      return events;
    }

    // Whoever attempted a challenge that is found here attempted is gone.
    const lost = conversation.outbox.filter((effect) => effect.type === 'challenge' && effect.attempted);
    let events: ConversationEvent[] = lost.map(({ key }) => ({ type: 'lost', key, at: at() }));
    events.push({ type: 'tick', at: at() });
    for (;;) {
      const next = ledger.decide(stored, events);
      const due = context.stopping.aborted ? [] : dueLanes(next, at());
      const attempts = due.flat().filter(isAttempt);
      events.push(...attempts.map(({ key }): ConversationEvent => ({ type: 'attempting', key, at: at() })));
      if (due.length === 0 || next !== stored || attempts.length > 0) {
        const saved = await save(events, (to) => !context.stopping.aborted && dueLanes(to, at()).length > 0);
        if (!saved) return release(events);
        checks.adopt(saved, events);
      }
      const lanes = context.stopping.aborted ? [] : dueLanes(stored, at());
      const performable = lanes
        .map((lane) => lane.filter((effect) => !isAttempt(effect)))
        .filter((lane) => lane.length > 0);
      if (performable.length === 0) return stored;
      events = (await holdWhile(Promise.all(performable.map(performLane)))).flat();
    }

    /** The lease is lost: what was done is recorded all the same, and no more is begun. */
    async function release(done: readonly ConversationEvent[]): Promise<undefined> {
      const results = done.filter(({ type }) => type !== 'attempting' && type !== 'lost' && type !== 'tick');
      if (results.length > 0) await ledger.take(stored.person, () => results);
      return undefined;
    }
  };
}
