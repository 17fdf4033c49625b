import type { CommandRegistry } from '../commands/registry.js';
import type { Blacklist } from '../contracts/blacklist.js';
import { isPluginError, PluginError } from '../contracts/error.js';
import type { Tasker } from '../contracts/tasker.js';
import type { Policy } from '../policy/policy.js';
import { createStoreClock, type EngineClock, type StoreClock } from './clock.js';
import type { Mailbox } from './mailbox.js';
import type { Observe } from './observe.js';
import type { People, Plugins } from './options.js';
import type { Recent } from './recent.js';
import type { Renderer } from './render.js';
import type { Held } from './worker.js';

/** What all parts of the engine share. */
export interface EngineContext extends Plugins {
  readonly policy: Policy;
  readonly people: Required<People>;
  readonly reportingChannel: string;
  readonly commands: CommandRegistry;
  readonly renderer: Renderer;
  readonly observe: Observe;
  readonly clock: EngineClock;
  readonly storeClock: StoreClock;
  readonly recent: Recent;
  readonly pollMs: number;
  readonly leaseMs: number;
  readonly concurrency: number;
  /** Aborted when the bot stops. */
  readonly stopping: AbortSignal;
  /** Says that there may be work: conversations to claim, alerts to take. */
  readonly wake: { claims(): void; intake(): void };
  /** This process's own workers. */
  readonly workers: {
    /** Whether one has a place for that person's conversation. */
    hasRoom(person: string): boolean;
    /** The mailbox of the one that is at work on it. */
    of(person: string): Mailbox | undefined;
    /** Sets one to work. */
    take(held: Held): void;
  };
}

/** Any error as a PluginError: what nobody foresaw counts as `UNAVAILABLE`. */
export function asPluginError(error: unknown, doing: string): PluginError {
  if (isPluginError(error)) return error;
  return new PluginError('UNAVAILABLE', `${doing}: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}

/**
 * Runs a plugin's call, which a plugin that ignores its signal cannot make last longer than `ms`. Rejects with a PluginError.
 * `signal` makes the signal when it is called: most calls want none.
 */
export function bounded<T>(
  context: Pick<EngineContext, 'clock'>,
  doing: string,
  ms: number,
  call: (signal: () => AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(asPluginError(error, doing));
    let over: AbortController | undefined;
    const callOff = context.clock.setTimeout(() => {
      fail(new PluginError('UNAVAILABLE', `${doing}: no answer within ${ms} ms.`));
      over?.abort();
    }, ms);
    const signal = () => {
      over ??= new AbortController();
      return over.signal;
    };
    const answer = async () => call(signal); // a plugin may throw where it ought to reject
    answer().then(resolve, fail).finally(callOff);
  });
}

/** A call of the store that takes longer has failed, in ms. */
const STORE_MS = 30_000;

/** The stores, whose calls end after a while, whatever becomes of a connection; and their clock. */
export function boundStores(
  clock: EngineClock,
  { tasker, blacklist }: Pick<Plugins, 'tasker' | 'blacklist'>,
  failed: () => void,
) {
  const within = <T>(doing: string, call: () => Promise<T>) => bounded({ clock }, doing, STORE_MS, call);
  const inTasker = <T>(doing: string, call: () => Promise<T>) =>
    within(doing, call).catch((error) => {
      failed();
      throw error;
    });
  const storeClock = createStoreClock(clock);
  const heard = <T extends { readonly now: Date }>(answer: T): T => {
    storeClock.set(answer.now);
    return answer;
  };
  const boundTasker: Tasker = {
    name: tasker.name,
    add: (alert) => inTasker('Adding an alert', () => tasker.add(alert)),
    unassigned: (limit) => inTasker('Looking for new alerts', () => tasker.unassigned(limit).then(heard)),
    claim: (request) => inTasker('Claiming conversations', () => tasker.claim(request).then(heard)),
    load: (person) => inTasker('Loading a conversation', () => tasker.load(person).then(heard)),
    save: (next, lease) => inTasker('Saving a conversation', () => tasker.save(next, lease)),
  };
  const boundBlacklist: Blacklist = {
    name: blacklist.name,
    find: (query) => within('Looking into the blacklist', () => blacklist.find(query)),
    put: (entry) => within('Writing to the blacklist', () => blacklist.put(entry)),
    remove: (key) => within('Removing from the blacklist', () => blacklist.remove(key)),
  };
  return { tasker: boundTasker, blacklist: boundBlacklist, storeClock };
}
