import type { Blacklist, BlacklistEntry } from '@securitybot/core';
import { createMemoryBlacklist, type MemoryBlacklistStore } from '../memory/blacklist.js';
import type { BlacklistHarness } from '../suites/blacklist/rules.js';
import type { Broken } from './broken.js';

type Query = Parameters<Blacklist['find']>[0];

export function blacklistHarness(
  changes: (store: MemoryBlacklistStore) => Partial<BlacklistHarness> = () => ({}),
): BlacklistHarness {
  const blacklist = createMemoryBlacklist();
  const { store } = blacklist;
  return {
    blacklist,
    other: () => createMemoryBlacklist({ store }),
    unreachable() {
      store.failNext(Number.POSITIVE_INFINITY, 'UNAVAILABLE');
      return blacklist;
    },
    ...changes(store),
  };
}

/** A harness whose blacklists all have the same mistake; `inner` works. */
function broken(mistake: (inner: Blacklist, store: MemoryBlacklistStore) => Partial<Blacklist>): BlacklistHarness {
  return blacklistHarness((store) => {
    const create = () => {
      const inner = createMemoryBlacklist({ store });
      return { ...inner, ...mistake(inner, store) };
    };
    return { blacklist: create(), other: create };
  });
}

const same = (a: string | undefined, b: string | undefined) => a?.trim().toLowerCase() === b?.trim().toLowerCase();

/** The entry of that key, looked up anew: for mistakes in looking up. */
function entryOf(store: MemoryBlacklistStore, username: string, title?: string): BlacklistEntry | undefined {
  return store.entries().find((entry) => same(entry.username, username) && same(entry.title, title));
}

/** `find` without the mistake under test: the opt-out, else the mute that `accept` takes. */
function lookUp(store: MemoryBlacklistStore, query: Query, accept: (mute: BlacklistEntry) => boolean) {
  const optOut = entryOf(store, query.username);
  const mute = entryOf(store, query.username, query.title);
  return optOut ?? (mute && accept(mute) ? mute : undefined);
}

export const brokenBlacklists: readonly Broken<BlacklistHarness>[] = [
  {
    mistake: 'a mute never ends',
    caughtBy: 'a mute is found only while its end is after now',
    create: () => broken((_, store) => ({ find: async (query) => lookUp(store, query, () => true) })),
  },
  {
    mistake: 'a mute without an end lasts for ever',
    caughtBy: 'a mute without an end silences nothing: it is REJECTED, or never found',
    create: () =>
      broken((_, store) => ({
        find: async (query) => lookUp(store, query, ({ until }) => until === undefined || until > query.now.getTime()),
      })),
  },
  {
    mistake: 'a mute goes by the clock of the process, not by `now`',
    caughtBy: 'a mute is found for its title, with its bounds as they were put',
    create: () =>
      broken((inner) => ({ find: (query) => inner.find({ ...query, now: new Date(Date.UTC(2036, 0, 1)) }) })),
  },
  {
    mistake: 'the last mute wins, whichever ends later',
    caughtBy: 'of two mutes of one login and title the later end wins, as a whole, in whatever order they come',
    create: () =>
      broken((inner) => ({
        async put(entry) {
          if (entry.title !== undefined) await inner.remove({ username: entry.username, title: entry.title });
          await inner.put(entry);
        },
      })),
  },
  {
    mistake: 'two mutes are mixed: the later end with the bounds of either',
    caughtBy: 'of two mutes of one login and title the later end wins, as a whole, in whatever order they come',
    create: () =>
      broken((inner, store) => ({
        put: (entry) => inner.put({ ...entryOf(store, entry.username, entry.title), ...entry }),
      })),
  },
  {
    mistake: 'reads, then writes: of two at once the slower wins',
    caughtBy: 'of many mutes put at once, the latest end wins',
    create: () =>
      broken((_, store) => ({
        async put(entry) {
          const stored = entryOf(store, entry.username, entry.title);
          await null;
          if (stored && (stored.until ?? 0) >= (entry.until ?? 0)) return;
          const own = createMemoryBlacklist();
          await own.put(entry);
          for (const [key, row] of own.store.rows) store.rows.set(key, row);
        },
      })),
  },
  {
    mistake: 'a mute is found before an opt-out',
    caughtBy: 'an opt-out is found before a mute',
    create: () =>
      broken((inner, store) => ({
        async find(query) {
          const mute = entryOf(store, query.username, query.title);
          return mute?.until !== undefined && mute.until > query.now.getTime() ? mute : inner.find(query);
        },
      })),
  },
  {
    mistake: 'an opt-out is looked up with the title',
    caughtBy: 'an opt-out is found for every title, as it was put',
    create: () =>
      broken((_, store) => ({
        async find({ username, title, now }) {
          const entry = entryOf(store, username, title);
          return entry?.until !== undefined && entry.until > now.getTime() ? entry : undefined;
        },
      })),
  },
  {
    mistake: 'compares without regard to accents, as many collations do',
    caughtBy: 'logins and titles compare trimmed and in lower case, and in no other way',
    create: () => {
      const plain = (text: string) => text.normalize('NFD').replace(/\p{Mark}/gu, '');
      return broken((inner) => ({
        put: (entry) => inner.put({ ...entry, username: plain(entry.username) }),
        find: (query) => inner.find({ ...query, username: plain(query.username) }),
        remove: (key) => inner.remove({ ...key, username: plain(key.username) }),
      }));
    },
  },
  {
    mistake: 'takes a title for a pattern',
    caughtBy: 'text of any kind stays what it is, in a reason, a title and a login',
    create: () =>
      broken((inner, store) => ({
        async find(query) {
          const found = await inner.find(query);
          const like = store.entries().find(({ username, title }) => username === query.username && title === '%');
          return found ?? like;
        },
      })),
  },
  {
    mistake: 'cuts titles to their column',
    caughtBy: 'a long title mutes no other that begins like it, and a long reason is no obstacle',
    create: () =>
      broken((inner) => ({
        put: (entry) => inner.put(entry.title === undefined ? entry : { ...entry, title: entry.title.slice(0, 255) }),
        find: (query) => inner.find({ ...query, title: query.title.slice(0, 255) }),
      })),
  },
  {
    mistake: 'adds a row each time',
    caughtBy: 'to put an entry twice is a no-op: it is removed at once',
    create: () => {
      const rows: BlacklistEntry[] = [];
      return broken((inner) => ({
        async put(entry) {
          rows.push(entry);
          await inner.put(entry);
        },
        async remove(key) {
          const removed = await inner.remove(key);
          const index = rows.findIndex((row) => same(row.username, key.username) && same(row.title, key.title));
          rows.splice(index, index < 0 ? 0 : 1);
          const left = rows.find((row) => same(row.username, key.username) && same(row.title, key.title));
          if (left) await inner.put(left);
          return removed;
        },
      }));
    },
  },
  {
    mistake: 'the way back from an opt-out takes the mutes along',
    caughtBy: 'an opt-out is found before a mute',
    create: () =>
      broken((inner, store) => ({
        async remove(key) {
          const removed = await inner.remove(key);
          if (key.title !== undefined) return removed;
          for (const { username, title } of store.entries()) {
            if (title !== undefined && same(username, key.username)) await inner.remove({ username, title });
          }
          return removed;
        },
      })),
  },
  {
    mistake: '`remove` says true in any case',
    caughtBy: 'remove takes away the opt-out or the mute, and says false when there was none',
    create: () => broken((inner) => ({ remove: async (key) => (await inner.remove(key)) || true })),
  },
  {
    mistake: 'keeps a cache in the process',
    caughtBy: 'what one process puts or removes, another finds so at once',
    create: () =>
      broken((inner) => {
        const cache = new Map<string, BlacklistEntry | undefined>();
        return {
          async find(query) {
            const key = JSON.stringify(query);
            if (!cache.has(key)) cache.set(key, await inner.find(query));
            return cache.get(key);
          },
        };
      }),
  },
  {
    mistake: 'finds what stands for anybody',
    caughtBy: 'find says undefined where nothing stands against asking',
    create: () =>
      broken((inner, store) => ({ find: async (query) => (await inner.find(query)) ?? store.entries()[0] })),
  },
  {
    mistake: 'says "nothing" when its store is down',
    caughtBy: 'a store that cannot be reached is a PluginError, UNAVAILABLE or BAD_CREDENTIALS',
    create: () =>
      blacklistHarness(() => ({ unreachable: () => ({ ...createMemoryBlacklist(), find: async () => undefined }) })),
  },
];
