import type { CommandRegistry } from '../commands/registry.js';
import type { Blacklist } from '../contracts/blacklist.js';
import { isPluginError, PluginError } from '../contracts/error.js';
import type { Claimed, Tasker } from '../contracts/tasker.js';
import type { Policy } from '../policy/policy.js';
import type { Clock } from './clock.js';
import type { Observe } from './observe.js';
import type { People, Plugins } from './options.js';
import type { Renderer } from './render.js';

/** What all parts of the engine share. */
export interface EngineContext extends Plugins {
  readonly policy: Policy;
  readonly people: Required<People>;
  readonly reportingChannel: string;
  readonly commands: CommandRegistry;
  readonly renderer: Renderer;
  readonly observe: Observe;
  readonly clock: Clock;
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
    /** Sets one to work on what was claimed with a save. `at`: the store's time. */
    take(claimed: Claimed, at: Date): void;
  };
}

/** Any error as a PluginError: what nobody foresaw counts as `UNAVAILABLE`. */
export function asPluginError(error: unknown, doing: string): PluginError {
  if (isPluginError(error)) return error;
  return new PluginError('UNAVAILABLE', `${doing}: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}

/** Why waiting ended early. (Without a reason, `abort` makes an error with a stack, which costs more than all the rest.) */
export const DONE = 'done';

/** Runs a plugin's call, which a plugin that ignores its signal cannot make last longer than `ms`. Rejects with a PluginError. */
export async function bounded<T>(
  context: Pick<EngineContext, 'clock'>,
  doing: string,
  ms: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const timer = new AbortController();
  const timeout = new Promise<never>((_, reject) => {
    context.clock.sleep(ms, timer.signal).then(() => {
      if (timer.signal.aborted) return; // the race is won
      over.abort();
      reject(new PluginError('UNAVAILABLE', `${doing}: no answer within ${ms} ms.`));
    });
  });
  try {
    return await Promise.race([call(over.signal), timeout]);
  } catch (error) {
    throw asPluginError(error, doing);
  } finally {
    timer.abort(DONE);
  }
}

/** A call of the store that takes longer has failed, in ms. */
const STORE_MS = 30_000;

/** The stores, whose calls end after a while, whatever becomes of a connection. */
export function boundStores(clock: Clock, { tasker, blacklist }: Pick<Plugins, 'tasker' | 'blacklist'>) {
  const within = <T>(doing: string, call: () => Promise<T>) => bounded({ clock }, doing, STORE_MS, call);
  const boundTasker: Tasker = {
    name: tasker.name,
    add: (alert) => within('Adding an alert', () => tasker.add(alert)),
    unassigned: (limit) => within('Looking for new alerts', () => tasker.unassigned(limit)),
    claim: (request) => within('Claiming conversations', () => tasker.claim(request)),
    load: (person) => within('Loading a conversation', () => tasker.load(person)),
    save: (next, lease) => within('Saving a conversation', () => tasker.save(next, lease)),
  };
  const boundBlacklist: Blacklist = {
    name: blacklist.name,
    find: (query) => within('Looking into the blacklist', () => blacklist.find(query)),
    put: (entry) => within('Writing to the blacklist', () => blacklist.put(entry)),
    remove: (key) => within('Removing from the blacklist', () => blacklist.remove(key)),
  };
  return { tasker: boundTasker, blacklist: boundBlacklist };
}
