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

/** Alerts taken at a time; logins looked up at a time; and logins whose alerts are assigned at a time. */
const BATCH = 200;
const LOOKUPS = 8;
const LOGINS = 100;
/** Beside those that cannot be assigned just now, which stand first in every look. */
const MOST = 5000;
/** The first pause before a look-up that failed is made again, and the longest, in ms. It doubles. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/** Gives new alerts to the people they are about. */
export function createAssigner(context: EngineContext, ledger: Ledger): () => Promise<number> {
  const { tasker, blacklist, policy, observe } = context;
  const lookUp = createGate(LOOKUPS);
  let leftOver = 0;
  /** Logins that could not be looked up, and when to try again, by this process's clock. */
  const paused = new Map<string, { readonly until: number; readonly tries: number }>();

  /** A look-up has failed. It is made again later and later, and not before the chat lets us. */
  function pause(login: string, retryAfterMs = 0): void {
    const { tries = 0 } = paused.get(login) ?? {};
    const wait = Math.max(Math.min(FIRST_PAUSE * 2 ** tries, LONGEST_PAUSE), retryAfterMs);
    paused.set(login, { until: context.clock.now() + wait, tries: tries + 1 });
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

  /** Who it is, and whether they may be asked. What cannot be told now is tried again, for a while; then the security team has it. */
  async function assign(login: string, alerts: readonly SeenAlert[], now: number, turn: number): Promise<number> {
    const isLate = now - Math.min(...alerts.map(({ seenAt }) => seenAt)) >= policy.lookupPatienceMs;
    const { until = 0 } = paused.get(login) ?? {};
    if (context.clock.now() < until && !isLate) return 0;
    try {
      await give(await lookUp(() => findByLogin(context, login, turn)), login, alerts);
    } catch (caught) {
      const error = asPluginError(caught, `Assigning alerts of ${login}`);
      observe({ type: 'failure', doing: `assign alerts of ${login}`, error });
      if (error.code !== 'REJECTED' && !isLate) {
        pause(login, error.retryAfterMs);
        return 0;
      }
      await escalate(`login:${login}`, alerts, 'undeliverable');
    }
    paused.delete(login);
    return alerts.length;
  }

  async function take(turn: number): Promise<number> {
    const { now, crowd, alerts: found } = await tasker.unassigned(BATCH + Math.min(leftOver, MOST));
    if (found.length === 0) return 0;
    const alerts = found.map((alert) => ({ ...alert, username: normalise(alert.username) }));
    const isStopped = (alert: SeenAlert) =>
      crowd > policy.crowdPerMinute || alert.seenAt - alert.eventTime > policy.staleMs;
    const { stopped = [], passing = [] } = Object.groupBy(alerts, (alert) =>
      isStopped(alert) ? 'stopped' : 'passing',
    );
    const byLogin = Map.groupBy(passing, ({ username }) => username);
    for (const login of paused.keys()) if (!byLogin.has(login)) paused.delete(login); // another process was luckier
    const jobs = [...byLogin].map(
      ([login, theirs]) =>
        () =>
          assign(login, theirs, now.getTime(), turn),
    );
    // A conversation of its own for each batch that the mass brake stops: nobody is asked, and many reports are one.
    const [first] = stopped;
    if (first) jobs.unshift(() => escalate(`flood:${first.id}`, stopped, 'flood').then(() => stopped.length));
    let assigned = 0;
    const work = async (): Promise<void> => {
      for (let job = jobs.shift(); job && !context.stopping.aborted; job = jobs.shift()) {
        try {
          assigned += await job();
        } catch (error) {
          observe({ type: 'failure', doing: 'assign alerts', error });
        }
      }
    };
    await Promise.all(Array.from({ length: LOGINS }, work));
    leftOver = alerts.length - assigned;
    return assigned;
  }

  return () => inTurn(context, 'intake', (assigned) => assigned, take);
}
