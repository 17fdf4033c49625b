import { type Blacklist, type BlacklistEntry, normalise } from '@securitybot/core';
import type { Clock } from '../clock.js';
import { createLine, type Line, type Provider } from './line.js';

/** What stands behind memory blacklists, as a database would. */
export interface MemoryBlacklistStore extends Provider {
  readonly line: Line;
  /** All entries by their key. */
  readonly rows: Map<string, string>;
  /** All entries, also mutes that have ended. */
  entries(): readonly BlacklistEntry[];
}

export interface MemoryBlacklist extends Blacklist {
  /** Give it to another blacklist to have a replica. */
  readonly store: MemoryBlacklistStore;
}

export interface MemoryBlacklistOptions {
  readonly store?: MemoryBlacklistStore;
  /** Dates the recorded calls; nothing else here needs a clock. */
  readonly clock?: Pick<Clock, 'now'>;
}

function createStore(now: () => number): MemoryBlacklistStore {
  const line = createLine('memory blacklist', now);
  const rows = new Map<string, string>();
  return { ...line, line, rows, entries: () => [...rows.values()].map((row) => JSON.parse(row) as BlacklistEntry) };
}

function keyOf(username: string, title?: string): string {
  return JSON.stringify(title === undefined ? [normalise(username)] : [normalise(username), normalise(title)]);
}

/** A mute without an end covers nothing: what could never be taken for proof must not silence an alarm for ever. */
const endOf = (entry: BlacklistEntry) => entry.until ?? Number.NEGATIVE_INFINITY;

/** A Blacklist in memory, on a store of its own or on one that it shares. */
export function createMemoryBlacklist(options: MemoryBlacklistOptions = {}): MemoryBlacklist {
  const store = options.store ?? createStore(options.clock?.now ?? (() => 0));
  const { line, rows } = store;
  const read = (username: string, title?: string): BlacklistEntry | undefined => {
    const row = rows.get(keyOf(username, title));
    return row === undefined ? undefined : (JSON.parse(row) as BlacklistEntry);
  };
  return {
    name: 'memory',
    store,
    find: (query) =>
      line.call('find', [query], () => {
        const optOut = read(query.username);
        if (optOut) return optOut;
        const mute = read(query.username, query.title);
        return mute && endOf(mute) > query.now.getTime() ? mute : undefined;
      }),
    put: (entry) =>
      line.call('put', [entry], () => {
        const stored = read(entry.username, entry.title);
        if (stored && (entry.title === undefined || endOf(stored) >= endOf(entry))) return;
        const title = entry.title === undefined ? {} : { title: normalise(entry.title) };
        rows.set(
          keyOf(entry.username, entry.title),
          JSON.stringify({ ...entry, username: normalise(entry.username), ...title }),
        );
      }),
    remove: (key) => line.call('remove', [key], () => rows.delete(keyOf(key.username, key.title))),
  };
}
