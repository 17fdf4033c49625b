import type { SeenAlert } from '../contracts/alert.js';
import type { FoundUser } from '../contracts/chat.js';
import type { Cause, Route } from '../conversation/types.js';
import { compareSeverity, severityOf } from '../policy/deadline.js';
import { normalise } from '../policy/policy.js';
import { inTurn } from './calls.js';
import { asPluginError, type EngineContext } from './context.js';
import { createGate } from './gate.js';
import type { Ledger } from './ledger.js';
import { findByLogin, personOf } from './people.js';

/** New alerts taken at a time; logins looked up at a time; and logins whose alerts are assigned at a time. */
const BATCH = 200;
const LOOKUPS = 8;
const LOGINS = 100;
/** A look also finds those that are being assigned, or cannot be just now: so many of them at the most. */
const MOST = 5000;
/** Stands where a login does, for what the mass brake stops: no login is empty. */
const FLOOD = '';
/** The first pause before a look-up that failed is made again, and the longest, in ms. It doubles. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/** Gives new alerts to the people they are about. */
export interface Assigner {
  /** Takes what is new, and resolves when all of it is being assigned. @returns how many that were. */
  take(): Promise<number>;
  /** Resolves when nothing is being assigned. */
  settle(): Promise<void>;
}

export function createAssigner(context: EngineContext, ledger: Ledger): Assigner {
  const { tasker, blacklist, policy, observe } = context;
  const lookUp = createGate(LOOKUPS);
  const inTheirTurn = createGate(LOGINS);
  /** Being assigned, by id. */
  const held = new Set<string>();
  /** Turns that are not over. */
  const turns = new Set<Promise<unknown>>();
  /** Found in the last look, and left for later. */
  let leftOver = 0;
  /** Logins whose alerts could not be assigned, and when to try again, by this process's clock. */
  const paused = new Map<string, { readonly until: number; readonly tries: number; readonly isStore: boolean }>();

  /** It is tried again later and later, and not before the chat lets us. */
  function pause(login: string, why: { readonly retryAfterMs?: number | undefined; readonly isStore?: true }): void {
    const { tries = 0 } = paused.get(login) ?? {};
    const wait = Math.max(Math.min(FIRST_PAUSE * 2 ** tries, LONGEST_PAUSE), why.retryAfterMs ?? 0);
    paused.set(login, { until: context.clock.now() + wait, tries: tries + 1, isStore: why.isStore === true });
  }

  async function route(alert: SeenAlert, now: number): Promise<Route> {
    const entry = await blacklist.find({ username: alert.username, title: alert.title, now: new Date(now) });
    if (!entry) return { to: 'ask' };
    if (entry.title === undefined) return { to: 'escalate', cause: 'opted-out' };
    const isCovered =
      (entry.since === undefined || alert.seenAt > entry.since) &&
      (entry.maxSeverity === undefined || compareSeverity(severityOf(alert, policy), entry.maxSeverity) <= 0);
    return isCovered ? { to: 'mute', entry } : { to: 'ask' };
  }

  /** Straight to the security team, in a conversation with nobody. */
  async function escalate(key: string, alerts: readonly SeenAlert[], cause: Cause): Promise<void> {
    await ledger.take(key, (_, at) => [
      { type: 'alerts', at, alerts: alerts.map((alert) => ({ alert, route: { to: 'escalate', cause } })) },
    ]);
  }

  async function give(found: FoundUser, login: string, alerts: readonly SeenAlert[]): Promise<void> {
    if ('none' in found) {
      return escalate(`login:${login}`, alerts, found.none === 'ambiguous' ? 'ambiguous-person' : 'unknown-person');
    }
    await ledger.take(found.user.id, async (_, at) => {
      // Looked up anew after a lost race: an opt-out or a mute may have been the winner's.
      const routed = await Promise.all(alerts.map(async (alert) => ({ alert, route: await route(alert, at) })));
      return [{ type: 'alerts', at, alerts: routed, user: personOf(found.user) }];
    });
  }

  /** What could not be assigned has to wait: for a look-up as long as there is time for that, for the store in any case. */
  function hasToWait(login: string, isLate: boolean): boolean {
    const { until = 0, isStore = false } = paused.get(login) ?? {};
    return context.clock.now() < until && (isStore || !isLate);
  }

  /** Who it is, and whether they may be asked. What cannot be told now is tried again, for a while; then the security team has it. */
  async function assign(login: string, alerts: readonly SeenAlert[], isLate: boolean, turn: number): Promise<void> {
    try {
      await give(await lookUp(() => findByLogin(context, login, turn)), login, alerts);
    } catch (caught) {
      const error = asPluginError(caught, `Assigning alerts of ${login}`);
      observe({ type: 'failure', doing: `assign alerts of ${login}`, error });
      if (error.code !== 'REJECTED' && !isLate) return pause(login, error);
      await escalate(`login:${login}`, alerts, 'undeliverable');
    }
    paused.delete(login);
  }

  /** Does the job when there is a place for it. */
  function begin(key: string, alerts: readonly SeenAlert[], job: () => Promise<void>) {
    for (const { id } of alerts) held.add(id);
    const begun = Promise.withResolvers<void>();
    const done = inTheirTurn(async () => {
      begun.resolve();
      if (!context.stopping.aborted) await job();
    })
      .catch((error: unknown) => {
        observe({ type: 'failure', doing: 'assign alerts', error });
        pause(key, { isStore: true });
      })
      .finally(() => {
        for (const { id } of alerts) held.delete(id);
      });
    return { begun: begun.promise, done };
  }

  /** Looks for what is new, and begins to assign it. */
  async function look(turn: number) {
    const known = new Set(held); // may be assigned by the time the answer is here
    const { now, crowd, alerts: found } = await tasker.unassigned(BATCH + Math.min(known.size + leftOver, MOST));
    const alerts = found.map((alert) => ({ ...alert, username: normalise(alert.username) }));
    const open = new Set([FLOOD, ...alerts.map(({ username }) => username)]);
    for (const login of paused.keys()) if (!open.has(login)) paused.delete(login); // another process was luckier
    const isStopped = (alert: SeenAlert) =>
      crowd > policy.crowdPerMinute || alert.seenAt - alert.eventTime > policy.staleMs;
    const { stopped = [], passing = [] } = Object.groupBy(
      alerts.filter(({ id }) => !known.has(id)),
      (alert) => (isStopped(alert) ? 'stopped' : 'passing'),
    );
    leftOver = 0;
    let taken = 0;
    const jobs: ReturnType<typeof begin>[] = [];
    function takeUp(key: string, theirs: readonly SeenAlert[], job: (isLate: boolean) => Promise<void>): void {
      const isLate = now.getTime() - Math.min(...theirs.map(({ seenAt }) => seenAt)) >= policy.lookupPatienceMs;
      if (hasToWait(key, isLate)) {
        leftOver += theirs.length;
        return;
      }
      taken += theirs.length;
      jobs.push(begin(key, theirs, () => job(isLate)));
    }
    // A conversation of its own for each batch that the mass brake stops: nobody is asked, and many reports are one. What comes
    // within the next poll's time is the next batch.
    const [first] = stopped;
    if (first) {
      takeUp(FLOOD, stopped, async () => {
        const pauseFor = (tries: number) =>
          paused.set(FLOOD, { until: context.clock.now() + context.pollMs, tries, isStore: true });
        pauseFor(paused.get(FLOOD)?.tries ?? 0);
        await escalate(`flood:${first.id}`, stopped, 'flood');
        pauseFor(0);
      });
    }
    for (const [login, theirs] of Map.groupBy(passing, ({ username }) => username))
      takeUp(login, theirs, (isLate) => assign(login, theirs, isLate, turn));
    return {
      taken,
      begun: Promise.all(jobs.map(({ begun }) => begun)),
      done: Promise.all(jobs.map(({ done }) => done)),
    };
  }

  return {
    take() {
      const begun = Promise.withResolvers<number>();
      const whole: Promise<unknown> = inTurn<number>(
        context,
        'intake',
        (taken) => taken,
        async (turn) => {
          const found = await look(turn);
          found.begun.then(() => begun.resolve(found.taken));
          await found.done;
          return found.taken;
        },
      )
        .catch(begun.reject)
        .finally(() => turns.delete(whole));
      turns.add(whole);
      return begun.promise;
    },
    async settle() {
      while (turns.size > 0) await Promise.all(turns);
    },
  };
}
