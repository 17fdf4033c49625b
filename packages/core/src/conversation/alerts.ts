import type { SeenAlert } from '../contracts/alert.js';
import { cut } from '../messages/plain.js';
import { deadlineOf, severityOf } from '../policy/deadline.js';
import { normalise } from '../policy/policy.js';
import { closeTasks, escalate } from './close.js';
import { type Draft, isReachable, sameLogin, taskOf } from './draft.js';
import type { ConversationEvent, Route, Task } from './types.js';

type AlertsEvent = ConversationEvent & { readonly type: 'alerts' };

/** Opting out takes a moment to be performed; what arrives meanwhile is not asked either. */
function isOptingOut(draft: Draft, username: string): boolean {
  return draft.outbox.some((effect) => effect.type === 'opt-out' && sameLogin(effect.username, username));
}

export function onAlerts(draft: Draft, { alerts, user }: AlertsEvent): void {
  if (user !== undefined) draft.user = user;
  for (const { alert, route } of alerts) onAlert(draft, alert, route);
}

/** A denial has just lifted the mute, or is about to. */
function isBeingUnmuted(draft: Draft, { username, title }: SeenAlert): boolean {
  return draft.outbox.some(
    (effect) =>
      effect.type === 'unmute' && sameLogin(effect.username, username) && normalise(effect.title) === normalise(title),
  );
}

/** Of the reason of an alert that nobody is asked about, in UTF-16 code units: the whole is in the store's alert. */
const REASON_KEPT = 500;
/** What a Date can hold, in ms. */
const LATEST = 8.64e15;

/** A new alert: to be asked about, or ended at once. The same alert again changes nothing. */
function onAlert(draft: Draft, found: SeenAlert, route: Route): void {
  if (taskOf(draft, found.id)) return;
  const seenAt = Math.abs(found.seenAt) <= LATEST ? found.seenAt : draft.at;
  const reason = route.to === 'ask' ? found.reason : cut(found.reason, REASON_KEPT);
  const alert: SeenAlert = { ...found, seenAt, reason };
  const severity = severityOf(alert, draft.policy);
  const task: Task = {
    alert,
    severity,
    state: 'waiting',
    deadline: deadlineOf(alert, severity, draft.user?.timeZone, draft.policy),
    pushes: 0,
    history: [{ at: alert.seenAt, what: 'seen' }],
    addedIn: draft.base.version + 1,
    changedIn: draft.base.version + 1,
  };
  draft.tasks.push(task);
  if (route.to === 'mute' && !isBeingUnmuted(draft, alert)) {
    return closeTasks(draft, [task], { kind: 'muted', at: draft.at, reason: route.entry.reason });
  }
  if (route.to === 'escalate') return escalate(draft, [task], route.cause, true);
  if (!isReachable(draft)) return escalate(draft, [task], 'unknown-person');
  if (isOptingOut(draft, alert.username)) return escalate(draft, [task], 'opted-out');
}
