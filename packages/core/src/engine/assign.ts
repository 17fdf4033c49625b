import type { SeenAlert } from '../contracts/alert.js';
import type { FoundUser } from '../contracts/chat.js';
import type { Route } from '../conversation/types.js';
import { compareSeverity, severityOf } from '../policy/deadline.js';
import { normalise } from '../policy/policy.js';
import { asPluginError, type EngineContext } from './context.js';
import type { Ledger } from './ledger.js';
import { findByLogin, personOf } from './people.js';

/** Alerts taken at a time, and logins looked up at a time. */
const BATCH = 200;
const LOOKUPS = 8;

/** The conversation of what the mass brake stops: nobody is asked, and reports of many alerts are one. */
const FLOOD = 'flood:brake';

/** Gives new alerts to the people they are about. */
export function createAssigner(context: EngineContext, ledger: Ledger): () => Promise<number> {
  const { tasker, blacklist, policy, observe } = context;

  async function route(alert: SeenAlert, now: number): Promise<Route> {
    const entry = await blacklist.find({ username: alert.username, title: alert.title, now: new Date(now) });
    if (!entry) return { to: 'ask' };
    if (entry.title === undefined) return { to: 'escalate', cause: 'opted-out' };
    const isCovered =
      (entry.since === undefined || alert.seenAt > entry.since) &&
      (entry.maxSeverity === undefined || compareSeverity(severityOf(alert, policy), entry.maxSeverity) <= 0);
    return isCovered ? { to: 'mute', entry } : { to: 'ask' };
  }

  /** Who it is; `undefined` where that cannot be told now and there is time to ask again. */
  async function lookUp(login: string, oldest: number, now: number): Promise<FoundUser | 'later' | 'never'> {
    try {
      return await findByLogin(context, login);
    } catch (caught) {
      const error = asPluginError(caught, `Looking up login ${login}`);
      observe({ type: 'failure', doing: `look up login ${login}`, error });
      return error.code === 'REJECTED' || now - oldest >= policy.lookupPatienceMs ? 'never' : 'later';
    }
  }

  /** @returns how many alerts were given to somebody. */
  async function assign(login: string, alerts: readonly SeenAlert[], now: number): Promise<number> {
    const found = await lookUp(login, Math.min(...alerts.map(({ seenAt }) => seenAt)), now);
    if (found === 'later') return 0;
    if (found === 'never' || 'none' in found) {
      const cause =
        found === 'never' ? 'undeliverable' : found.none === 'ambiguous' ? 'ambiguous-person' : 'unknown-person';
      await ledger.take(`login:${login}`, (_, at) => [
        { type: 'alerts', at, alerts: alerts.map((alert) => ({ alert, route: { to: 'escalate', cause } })) },
      ]);
      return alerts.length;
    }
    await ledger.take(found.user.id, async (_, at) => {
      // Looked up anew after a lost race: an opt-out or a mute may have been the winner's.
      const routed = await Promise.all(alerts.map(async (alert) => ({ alert, route: await route(alert, at) })));
      return [{ type: 'alerts', at, alerts: routed, user: personOf(found.user) }];
    });
    return alerts.length;
  }

  return async () => {
    const { now, crowd, alerts: found } = await tasker.unassigned(BATCH);
    if (found.length === 0) return 0;
    const alerts = found.map((alert) => ({ ...alert, username: normalise(alert.username) }));
    const at = now.getTime();
    const isStopped = (alert: SeenAlert) =>
      crowd > policy.crowdPerMinute || alert.seenAt - alert.eventTime > policy.staleMs;
    const stopped = alerts.filter(isStopped);
    let assigned = stopped.length;
    if (stopped.length > 0) {
      await ledger.take(FLOOD, (_, takenAt) => [
        {
          type: 'alerts',
          at: takenAt,
          alerts: stopped.map((alert) => ({ alert, route: { to: 'escalate', cause: 'flood' } })),
        },
      ]);
    }
    const byLogin = [
      ...Map.groupBy(
        alerts.filter((alert) => !isStopped(alert)),
        ({ username }) => username,
      ),
    ];
    const next = async (): Promise<void> => {
      for (let job = byLogin.shift(); job && !context.stopping.aborted; job = byLogin.shift()) {
        try {
          assigned += await assign(...job, at);
        } catch (error) {
          observe({ type: 'failure', doing: `assign alerts of ${job[0]}`, error });
        }
      }
    };
    await Promise.all(Array.from({ length: LOOKUPS }, next));
    return assigned;
  };
}
