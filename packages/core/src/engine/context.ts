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
  /** How often the store of tasks was away: what was stored before may be gone, where another server has taken over without the last of it. */
  readonly outages: () => number;
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

/** The stores, whose calls end after a while, whatever becomes of a connection; and their clock. `away` is called when that of the tasks was. */
export function boundStores(
  clock: EngineClock,
  { tasker, blacklist }: Pick<Plugins, 'tasker' | 'blacklist'>,
  away: () => void,
) {
  const within = <T>(doing: string, call: () => Promise<T>) => bounded({ clock }, doing, STORE_MS, call);
  const storeClock = createStoreClock(clock);
  let outages = 0;
  const inTasker = <T>(doing: string, call: () => Promise<T>) =>
    within(doing, call).catch((error: PluginError) => {
      if (error.code !== 'REJECTED') {
        outages += 1;
        away();
      }
      throw error;
    });
  const timed = <T extends { readonly now: Date }>(doing: string, call: () => Promise<T>) => {
    const asked = clock.now();
    return inTasker(doing, () =>
      call().then((answer) => {
        storeClock.set(answer.now, asked);
        return answer;
      }),
    );
  };
  const boundTasker: Tasker = {
    name: tasker.name,
    add: (alert) => inTasker('Adding an alert', () => tasker.add(alert)),
    unassigned: (limit) => timed('Looking for new alerts', () => tasker.unassigned(limit)),
    claim: (request) => timed('Claiming conversations', () => tasker.claim(request)),
    load: (person) => timed('Loading a conversation', () => tasker.load(person)),
    save: (next, lease) => inTasker('Saving a conversation', () => tasker.save(next, lease)),
  };
  const boundBlacklist: Blacklist = {
    name: blacklist.name,
    find: (query) => within('Looking into the blacklist', () => blacklist.find(query)),
    put: (entry) => within('Writing to the blacklist', () => blacklist.put(entry)),
    remove: (key) => within('Removing from the blacklist', () => blacklist.remove(key)),
  };
  return { tasker: boundTasker, blacklist: boundBlacklist, storeClock, outages: () => outages };
}
