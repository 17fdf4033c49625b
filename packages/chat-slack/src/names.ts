import { type Clock, normalise, PluginError } from '@securitybot/core';
import type { Api } from './api.js';
import { slackError } from './errors.js';
import { listOf, objectOf, textOf } from './json.js';
import type { SlackLog } from './log.js';

/** People on one page: 51 calls for 50,000. Slack takes at most 1,000. https://docs.slack.dev/reference/methods/users.list */
const PAGE = 999;
/** How long a question waits for the list, in ms: less than the engine's 30 s, so that "not yet" is said in time. */
const PATIENCE_MS = 22_000;
/** An older list is read anew while it is used, in ms. */
const OLD_MS = 3_600_000;
/** Between tries of a page that fails, in ms; doubled up to the longest. */
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** So many failures in a row end a reading; the next question begins another. */
const MOST_FAILURES = 10;

/** By name; of several the ids are parted by blanks, as 50,000 arrays would be worth naming. */
type Ids = Map<string, string>;

/** Who has which name (Slack's `name`), by id alone: read in the background when the first is asked for. */
export interface Names {
  /** The ids that had that name, deactivated ones included. Throws a PluginError while nobody can tell. */
  idsOf(name: string): Promise<readonly string[]>;
  /** How old what `idsOf` says may be, in ms. */
  ageMs(): number;
  /** Resolves when the list has been read anew. Throws a PluginError when that takes too long, or fails for now. */
  readAnew(): Promise<void>;
  /** Somebody has that name from now on. */
  learn(name: string, id: string): void;
}

/** A reading of the list under way. */
interface Reading {
  readonly ids: Ids;
  readonly since: number;
  people: number;
  /** Who waits. */
  readonly waiting: Set<{ resolve: () => void; reject: (error: unknown) => void }>;
  /** Ends the pause after a failure. */
  hurry: AbortController;
}

const idsIn = (ids: Ids, key: string): readonly string[] => ids.get(key)?.split(' ') ?? [];

function add(ids: Ids, name: string, id: string): void {
  const key = normalise(name);
  const known = idsIn(ids, key);
  if (!known.includes(id)) ids.set(key, [...known, id].join(' '));
}

export function createNames(api: Api, clock: Clock, log: SlackLog, stopping: AbortSignal): Names {
  let list: { readonly ids: Ids; readonly since: number } | undefined;
  let reading: Reading | undefined;

  /** Reads one page, and says which is next. */
  async function readPage(into: Reading, cursor: string | undefined): Promise<string | undefined> {
    const page = await api.call('users.list', { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    if (!Array.isArray(page.members)) throw new PluginError('UNAVAILABLE', 'slack: users.list told of no people');
    for (const member of listOf(page.members).map(objectOf)) {
      const name = textOf(member.name);
      const id = textOf(member.id);
      if (name === undefined || id === undefined) continue;
      add(into.ids, name, id);
      into.people += 1;
    }
    return textOf(objectOf(page.response_metadata).next_cursor);
  }

  function tell(whom: Reading, how: 'resolve' | 'reject', error?: unknown): void {
    const waiting = [...whom.waiting];
    whom.waiting.clear();
    for (const one of waiting) one[how](error);
  }

  /** To the end, however long Slack's limits make it take. */
  async function readAll(into: Reading): Promise<void> {
    let cursor: string | undefined;
    let failures = 0;
    for (;;) {
      try {
        cursor = await readPage(into, cursor);
        failures = 0;
        if (cursor === undefined) break;
      } catch (thrown) {
        const error = slackError('users.list', thrown);
        // Whoever waits is told at once: they ask again, and know best for how long.
        tell(into, 'reject', error);
        if (error.code !== 'RATE_LIMITED') failures += 1;
        if (error.code === 'REJECTED' || failures > MOST_FAILURES || stopping.aborted) {
          log('warn', `slack: reading the list of people was given up: ${error.message}`);
          return;
        }
        const pause = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
        into.hurry = new AbortController();
        await clock.sleep(error.retryAfterMs ?? pause, AbortSignal.any([into.hurry.signal, stopping]));
      }
    }
    list = { ids: into.ids, since: into.since };
  }

  function begin(): Reading {
    const into: Reading = {
      ids: new Map(),
      since: clock.now(),
      people: 0,
      waiting: new Set(),
      hurry: new AbortController(),
    };
    reading = into;
    void readAll(into).finally(() => {
      reading = undefined;
      tell(into, 'resolve');
    });
    return into;
  }

  async function wait(): Promise<void> {
    const current = reading ?? begin();
    const over = new AbortController();
    try {
      await new Promise<void>((resolve, reject) => {
        current.waiting.add({ resolve, reject });
        current.hurry.abort();
        void clock.sleep(PATIENCE_MS, over.signal).then(() => {
          const message = `slack: the list of people is being read still (${current.people} so far)`;
          reject(new PluginError('UNAVAILABLE', message, { notSent: true }));
        });
      });
    } finally {
      over.abort();
    }
  }

  return {
    async idsOf(name) {
      if (!list) await wait();
      if (!list) throw new PluginError('UNAVAILABLE', 'slack: the list of people could not be read', { notSent: true });
      if (clock.now() - list.since > OLD_MS && !reading) begin();
      return idsIn(list.ids, normalise(name));
    },
    ageMs: () => (list ? clock.now() - list.since : Number.POSITIVE_INFINITY),
    readAnew: wait,
    learn(name, id) {
      if (list) add(list.ids, name, id);
      if (reading) add(reading.ids, name, id);
    },
  };
}
