import type { Claimed } from '../contracts/tasker.js';
import { tasksOf } from '../conversation/draft.js';
import { heads } from '../conversation/lanes.js';
import type { Conversation, ConversationEvent, Effect } from '../conversation/types.js';
import { attempts, isUntried } from './attempts.js';
import type { Checks } from './checks.js';
import { createBell, stopwatch } from './clock.js';
import type { EngineContext } from './context.js';
import type { Ledger } from './ledger.js';
import type { Delivery, Mailbox } from './mailbox.js';
import { asEvent, type Outcome, type Perform } from './perform.js';

/** How often a save that failed is made again. */
const PATIENCE = 4;

/** Results that call for nothing more wait for others, to share a save, for so long, in ms. */
const GATHER_MS = 100;

/** How often a refused save is made again on what is stored by then. */
const RACES = 10;

/** A challenge that was attempted, and then held back. */
const NOT_SENT: Outcome = { type: 'failed', code: 'UNAVAILABLE', notSent: true };

/** Lets what ends together end, as long as something else may: its results share a save. Microtasks only, so nobody waits for anything. */
async function sameBreath(mayEnd: () => boolean): Promise<void> {
  for (let i = 0; i < 32 && mayEnd(); i += 1) await undefined;
}

/** A conversation under a lease of this process. */
export interface Held extends Claimed {
  /** How long ago the lease began, at the least: a `stopwatch`. */
  readonly heldFor: () => number;
  /** Challenges that the save which began the lease has marked as attempted, by key. */
  readonly attempted: readonly string[];
}

/** Performs what is due in claimed conversations. */
export function createWorker(context: EngineContext, ledger: Ledger, perform: Perform, checks: Checks) {
  const { tasker, clock, storeClock, leaseMs, policy, stopping } = context;

  /**
   * One conversation under a lease, from the claim until nothing more is due. Lanes do not wait for each other: a
   * result that calls for more is saved at once, and what it calls for is begun; the others are saved together.
   */
  return async (held: Held, mailbox: Mailbox, turn: number): Promise<Conversation | undefined> => {
    const { conversation, lease, attempted } = held;
    const at = storeClock.now;
    /** Effects begun, by key, until their result is saved. */
    const busy = new Map<string, Promise<void>>();
    let stored = conversation;
    /** How often the store had been away when it said so. */
    let outages = context.outages();
    /** Results not yet saved, and not yet in a save under way. */
    let news: ConversationEvent[] = [];
    const bell = createBell(clock);
    /** Challenges attempted here. One that somebody else attempted is theirs to send. */
    const mine = new Set(attempted);
    /** How long ago the lease was prolonged, at the least. */
    let { heldFor } = held;

    /** Whether it may be begun now. A challenge attempted here is sent, or held back, in any case: left as it stands, it counts as lost. */
    function isStartable(effect: Effect): boolean {
      if (busy.has(effect.key)) return false;
      if (effect.type === 'challenge' && effect.attempted) return mine.has(effect.key);
      return !stopping.aborted && effect.notBefore <= at();
    }

    /** What may be begun now: the head of each lane, when it is due. */
    const startable = (from: Conversation): readonly Effect[] => heads(from).filter(isStartable);

    /** What was taken back while it was performed: there is nothing left to save of it. */
    function forgetWithdrawn(events: readonly ConversationEvent[]): void {
      const left = new Set(stored.outbox.map(({ key }) => key));
      for (const event of events) if ('key' in event && !left.has(event.key)) busy.delete(event.key);
    }

    /** Whether effects are under way, or their results wait, that these events do not tell of. */
    function isBusyBeyond(events: readonly ConversationEvent[]): boolean {
      const told = new Set(events.map((event) => ('key' in event ? event.key : '')));
      return [...busy.keys()].some((key) => !told.has(key));
    }

    /** What was handed in, as far as it changes anything here: the rest is given back, and what cannot be decided fails by itself. */
    function admit(
      from: Conversation,
      handed: readonly Delivery[],
    ): { next: Conversation; shared: readonly Delivery[] } {
      let next = from;
      const shared = handed.filter((delivery) => {
        const before = next;
        try {
          next = ledger.decide(next, delivery.events(at()));
        } catch (error) {
          delivery.failed(error);
          return false;
        }
        if (next === before) delivery.taken(undefined);
        return next !== before;
      });
      return { next, shared };
    }

    /**
     * Saves what the events, and what was handed in, make of the conversation as stored, which is `first`. Where another save came
     * before it, or the store was away, the events are saved anew on what is stored by now, and what was handed in is given back.
     * @returns whether the lease goes on.
     */
    async function save(
      events: readonly ConversationEvent[],
      first: Conversation,
      shared: readonly Delivery[],
    ): Promise<'kept' | 'ended' | 'refused'> {
      for (let race = outages === context.outages() ? 0 : 1; race < RACES; race += 1) {
        if (race > 0) {
          for (const { taken } of shared) taken(undefined);
          outages = context.outages();
          stored = (await tasker.load(stored.person)).conversation;
        }
        const next = race === 0 ? first : ledger.decide(stored, events);
        const keeps = isBusyBeyond(events) || startable(next).length > 0;
        const asked = stopwatch(clock);
        const saved = await ledger.commit(stored, next, { id: lease, ...(keeps ? { keepMs: leaseMs } : {}) });
        if (saved) {
          stored = saved;
          heldFor = asked;
          for (const event of events) if ('key' in event) busy.delete(event.key);
          for (const { taken } of shared) taken(saved);
          return keeps ? 'kept' : 'ended';
        }
      }
      return 'refused';
    }

    /** Tells of a question that is out how long its alerts have waited for it. */
    function tellAsked(effect: Effect, from: Conversation): void {
      if (effect.type !== 'send' || effect.choices?.kind !== 'answer') return;
      const question = from.questions.find(({ id }) => id === effect.asks);
      for (const { alert } of question ? tasksOf(from, question) : [])
        context.observe({ type: 'asked', alert: alert.id, afterMs: at() - alert.seenAt });
    }

    function begin(effect: Effect): void {
      const from = stored;
      // This process may have stood still since the attempt was saved. Past the lease, another one may have found it, and replaced it.
      const isTooLate = heldFor() >= leaseMs;
      const isHeldBack = effect.type === 'challenge' && (isTooLate || stopping.aborted);
      const performed: Promise<Outcome> = isHeldBack ? Promise.resolve(NOT_SENT) : perform(effect, from, turn);
      const work = performed.then((outcome) => {
        if (outcome.type === 'done') tellAsked(effect, from);
        const again =
          outcome.type === 'checked' && outcome.result === 'pending'
            ? { again: at() + (stopping.aborted ? 0 : policy.recheckMs) }
            : {};
        news.push(asEvent({ ...outcome, ...again }, effect.key, at()));
        bell.ring();
      });
      busy.set(effect.key, work);
    }

    /**
     * Saving is refused, as when the lease is lost: what was done is recorded all the same, and no more is begun. That a challenge was not
     * sent is not recorded: whoever holds the lease now has found it attempted, and may have sent it itself since.
     */
    async function letGo(events: readonly ConversationEvent[]): Promise<undefined> {
      mailbox.close();
      await Promise.all(busy.values());
      const isDone = (event: ConversationEvent) =>
        event.type === 'failed'
          ? !mine.has(event.key)
          : event.type !== 'attempting' && event.type !== 'lost' && event.type !== 'tick';
      const done = [...events, ...news].filter(isDone);
      if (done.length > 0) await ledger.take(stored.person, () => done);
      return undefined;
    }

    mailbox.open(bell.ring);
    // Whoever attempted a challenge that is found here attempted is gone.
    const lost = conversation.outbox.filter(
      (effect) => effect.type === 'challenge' && effect.attempted && !mine.has(effect.key),
    );
    news.push(...lost.map(({ key }): ConversationEvent => ({ type: 'lost', key, at: at() })));
    news.push({ type: 'tick', at: at() });
    let failures = 0;
    /** When to save, at the latest. */
    let saveBy = clock.now() + leaseMs / 3;
    for (;;) {
      await sameBreath(() => busy.size > news.length);
      const events = news;
      news = [];
      bell.reset();
      forgetWithdrawn(events);
      const { next, shared } = admit(ledger.decide(stored, events), mailbox.empty());
      const due = startable(next);
      const attempting = stopping.aborted ? [] : attempts(next, at());
      const isOver = !isBusyBeyond(events) && due.length === 0;
      const callsForMore = next !== stored && due.length > 0;
      if (isOver || callsForMore || attempting.length > 0 || shared.length > 0 || clock.now() >= saveBy) {
        for (const { key } of attempting) mine.add(key);
        try {
          const saved = await save([...events, ...attempting], ledger.decide(next, attempting), shared);
          if (saved === 'refused') return letGo(events);
          failures = 0;
          saveBy = clock.now() + leaseMs / 3;
          checks.adopt(stored, events);
          if (saved === 'ended') return stored;
        } catch (error) {
          // The store is away. What was done would be done again: it is worth some patience. What was to be attempted
          // may stand there as attempted: nobody knows, so it is not ours any more.
          for (const { key } of attempting) mine.delete(key);
          for (const { failed } of shared) failed(error);
          mailbox.close();
          failures += 1;
          if (failures > PATIENCE) throw error;
          context.observe({ type: 'failure', doing: `save the conversation of ${stored.person}`, error });
          news = [...events, ...news];
          await clock.sleep(Math.min(1000 * 2 ** failures, leaseMs / 3), stopping);
          mailbox.open(bell.ring);
          continue;
        }
      } else if (next !== stored) {
        // Nothing follows from these results yet: they wait a little for those of what is still under way.
        saveBy = Math.min(saveBy, clock.now() + GATHER_MS);
        news = [...events, ...news];
      }
      for (const effect of startable(stored)) if (!isUntried(effect)) begin(effect);
      // Woken by a result; or in time to hold the lease. Where nothing is under way, nothing will ring.
      if (busy.size > 0) await bell.wait(Math.max(1, saveBy - clock.now()));
    }
  };
}
