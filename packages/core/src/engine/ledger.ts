import { PluginError } from '../contracts/error.js';
import type { SaveLease } from '../contracts/tasker.js';
import { transition } from '../conversation/transition.js';
import type { Conversation, ConversationEvent } from '../conversation/types.js';
import { wakeAt } from '../conversation/wake.js';
import { attempts } from './attempts.js';
import { stopwatch } from './clock.js';
import type { EngineContext } from './context.js';
import { createMutex } from './mutex.js';

/** How often a save that lost a race is made again, on what won. */
const RACES = 20;

/** So lately has the store to have told the time for it to be known here, in ms: a machine may have been suspended. */
const FRESH_MS = 10_000;

/** Decides and saves: the only place where conversations change. */
export interface Ledger {
  /**
   * Takes events into a conversation, as it stands in the store, and saves what becomes of it.
   * `events` is called anew whenever another save came first; `undefined` gives up.
   */
  take(
    person: string,
    events: (
      conversation: Conversation,
      at: number,
    ) => Promise<readonly ConversationEvent[] | undefined> | readonly ConversationEvent[] | undefined,
  ): Promise<Conversation | undefined>;
  /** The same with events that depend on nothing but the time. Where this process is at work on the conversation, they share its next save. */
  hand(person: string, events: (at: number) => readonly ConversationEvent[]): Promise<Conversation | undefined>;
  /** Takes events into a conversation in hand, without saving. */
  decide(conversation: Conversation, events: readonly ConversationEvent[]): Conversation;
  /** Saves; the saved conversation, or `undefined` where the save was refused. */
  commit(before: Conversation, next: Conversation, lease?: SaveLease): Promise<Conversation | undefined>;
  /** Counts saves. */
  saves(): number;
}

export function createLedger(context: EngineContext): Ledger {
  const { tasker, policy, observe, storeClock, recent } = context;
  const inOrder = createMutex();
  let saves = 0;

  function decide(conversation: Conversation, events: readonly ConversationEvent[]): Conversation {
    return events.reduce((before, event) => transition(before, event, policy)[0], conversation);
  }

  /** Tells of what a save has made true. */
  function tell(before: Conversation, next: Conversation): void {
    for (const task of next.tasks) {
      if (task.changedIn <= before.version) continue;
      const known = before.tasks.find(({ alert }) => alert.id === task.alert.id);
      const { id, username, seenAt } = task.alert;
      if (!known) observe({ type: 'alert', alert: id, username, person: next.person });
      const asked = task.history.find(({ what }) => what === 'asked');
      if (asked && task.answer && !known?.answer) {
        const { said, at } = task.answer;
        observe({ type: 'answered', alert: id, said, afterMs: at - asked.at });
      }
      if (task.verdict && !known?.verdict) {
        observe({ type: 'verdict', alert: id, username, verdict: task.verdict, afterMs: task.verdict.at - seenAt });
      }
    }
  }

  async function commit(before: Conversation, next: Conversation, lease?: SaveLease) {
    const saved = await tasker.save(next, lease);
    if (!saved) {
      recent.forget(next.person);
      observe({ type: 'conflict', person: next.person });
      return undefined;
    }
    saves += 1;
    tell(before, next);
    const stored = { ...next, version: next.version + 1 };
    recent.keep(stored);
    return stored;
  }

  /** The conversation as this process saved it last, or else as it is stored. */
  async function look(person: string): Promise<{ conversation: Conversation; at: number; isStored: boolean }> {
    const known = storeClock.age() < FRESH_MS ? recent.get(person) : undefined;
    if (known) return { conversation: known, at: storeClock.now(), isStored: false };
    const { now, conversation } = await tasker.load(person);
    return { conversation, at: now.getTime(), isStored: true };
  }

  async function take(person: string, events: Parameters<Ledger['take']>[1]): Promise<Conversation | undefined> {
    let mayHold = true;
    for (let race = 0; race < RACES; race += 1) {
      const { conversation, at, isStored } = await look(person);
      const taken = await events(conversation, at);
      if (taken === undefined) return undefined;
      const next = decide(conversation, taken);
      if (next === conversation) {
        if (isStored) return conversation;
        recent.forget(person); // that nothing changes is true only of what is stored
        continue;
      }
      // What is due is worked on here, where there is room, at once; whoever holds it has it otherwise.
      const isDue = (wakeAt(next) ?? Number.POSITIVE_INFINITY) <= at;
      if (mayHold && isDue && context.workers.hasRoom(person)) {
        const attempted = attempts(next, at);
        const lease = crypto.randomUUID();
        const heldFor = stopwatch(context.clock);
        const begins = { id: lease, keepMs: context.leaseMs, begins: true } as const;
        const saved = await commit(conversation, decide(next, attempted), begins);
        if (saved) {
          context.workers.take({ conversation: saved, lease, heldFor, attempted: attempted.map(({ key }) => key) });
          return saved;
        }
        mayHold = !isStored; // else somebody holds it, or saves just now
      } else {
        const saved = await commit(conversation, next);
        if (saved) {
          context.wake.claims();
          return saved;
        }
      }
    }
    throw new PluginError(
      'UNAVAILABLE',
      `Conversation of ${person}: ${RACES} saves in a row lost their race. It will be tried again.`,
    );
  }

  return {
    decide,
    commit,
    saves: () => saves,
    take: (person, events) => inOrder(person, () => take(person, events)),
    hand: (person, events) =>
      inOrder(
        person,
        async () => (await context.workers.of(person)?.hand(events)) ?? take(person, (_, at) => events(at)),
      ),
  };
}
