import type { Tasker } from '@securitybot/core';
import type { Clock } from '../clock.js';
import { createMemoryStore, type MemoryStore, type Tables } from './store.js';

export interface MemoryTasker extends Tasker {
  /** What stands behind it: the alerts, the seed's rows, the calls; give it to another tasker to have a replica. */
  readonly store: MemoryStore & Tables;
}

export type MemoryTaskerOptions = { readonly clock: Pick<Clock, 'now'> } | { readonly store: MemoryStore & Tables };

/** A Tasker in memory, on a store of its own or on one that it shares. */
export function createMemoryTasker(options: MemoryTaskerOptions): MemoryTasker {
  const store = 'store' in options ? options.store : createMemoryStore(options);
  const { line, now } = store;
  return {
    name: 'memory',
    store,
    add: (alert) => line.call('add', [alert], () => store.insertAlert(alert)),
    unassigned: (limit) => line.call('unassigned', [limit], () => ({ now: now(), ...store.unassigned(limit) })),
    claim: (request) =>
      line.call('claim', [request], () => ({ now: now(), claimed: store.claim(request.leaseMs, request.limit) })),
    load: (person) => line.call('load', [person], () => ({ now: now(), conversation: store.load(person) })),
    save: (next, lease) => line.call('save', lease ? [next, lease] : [next], () => store.save(next, lease)),
  };
}
