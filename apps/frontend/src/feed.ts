import { setTimeout as delay } from 'node:timers/promises';
import { type AlertChange, listChanges, type SqlDatabase } from '@securitybot/sql';

/** What a listener is told: alerts that changed; or that more did than is told one by one. */
export type News = readonly AlertChange[] | 'many';

/** A change that was told: of which alert, and when, as `changedAt` says it. */
export interface Told {
  readonly id: string;
  readonly changedAt: number;
}

/** Follows what changes, for any number of listeners by one look a second, and for none by none. */
export interface Feed {
  /** Once this has resolved, no change is missed. `tell` must not throw. @returns what ends it. */
  listen(tell: (news: News) => void): Promise<() => void>;
  /** What has changed since a change that was told, without that one. */
  missed(since: Told): Promise<News>;
}

export interface FeedOptions {
  /** Between two looks, in ms. */
  readonly everyMs: number;
  /** Told of a look that failed; the next one goes on there. */
  readonly onError: (error: unknown) => void;
}

/** A change may show so much later than its time says: when its transaction ends. */
const OVERLAP_MS = 10_000;
/** More changes at once are not told one by one. */
const MOST = 200;

export function createFeed(database: SqlDatabase, { everyMs, onError }: FeedOptions): Feed {
  const listeners = new Set<(news: News) => void>();
  /** Changes that were told, by alert, with their times. */
  const told = new Map<string, number>();
  let since = 0;
  /** Of who listens now: looks that were begun for others end by themselves. */
  let run: { readonly begun: Promise<void> } | undefined;

  const known = (id: string, changedAt: number) => (told.get(id) ?? 0) >= changedAt;

  async function look(): Promise<News> {
    const now = (await database.now()).getTime();
    const { count, changes } = await listChanges(database, { since, limit: MOST + 1, known });
    for (const [id, at] of told) if (at < now - 2 * OVERLAP_MS) told.delete(id);
    for (const { alert, changedAt } of changes) told.set(alert.alert.id, changedAt);
    since = count > MOST ? now : Math.max(since, now - OVERLAP_MS);
    return count > MOST ? 'many' : changes;
  }

  /** What is there at the beginning is not told. */
  async function begin(): Promise<void> {
    told.clear();
    since = (await database.now()).getTime() - OVERLAP_MS;
    await look();
  }

  async function goOn(mine: object): Promise<void> {
    for (;;) {
      await delay(everyMs, undefined, { ref: false });
      if (run !== mine) return;
      const news = await look().catch((error: unknown) => {
        if (run === mine) onError(error);
        return [];
      });
      if (run !== mine) return;
      if (news.length > 0) for (const tell of listeners) tell(news);
    }
  }

  function start(): Promise<void> {
    if (run) return run.begun;
    const mine = { begun: begin() };
    run = mine;
    mine.begun.then(
      () => goOn(mine),
      () => {
        if (run === mine) run = undefined;
      },
    );
    return mine.begun;
  }

  function leave(tell: (news: News) => void): void {
    listeners.delete(tell);
    if (listeners.size === 0) run = undefined;
  }

  return {
    async listen(tell) {
      listeners.add(tell);
      try {
        await start();
      } catch (error) {
        leave(tell);
        throw error;
      }
      return () => leave(tell);
    },
    async missed({ id, changedAt }) {
      const { count, changes } = await listChanges(database, {
        since: changedAt - OVERLAP_MS,
        limit: MOST + 1,
        known: (other, at) => other === id && at === changedAt,
      });
      return count > MOST ? 'many' : changes;
    },
  };
}
