import type { Alert } from '../contracts/alert.js';
import { normalise, type Policy } from '../policy/policy.js';
import { onAlerts } from './alerts.js';
import { onAnswer } from './answers.js';
import { closeDraft, type Draft, emit, openDraft, sameLogin, say } from './draft.js';
import { expireChallenges, onAttempting, onChallenged, onChecked, onReadiness, onUncertain } from './proof.js';
import { onIgnore, onOptIn, onOptOut, onStatus } from './requests.js';
import { onDone, onFailed } from './results.js';
import { expire, schedule } from './schedule.js';
import type { Conversation, ConversationEvent, Effect, PersonEvent, ResultEvent } from './types.js';

/** Of one login and title: somebody who raises them again and again gets no further. */
function isSameAlert(a: Alert, b: Alert): boolean {
  return sameLogin(a.username, b.username) && normalise(a.title) === normalise(b.title);
}

function onPerson(draft: Draft, event: PersonEvent): void {
  draft.events = [...draft.events, event.id];
  draft.user = event.user;
  switch (event.type) {
    case 'answer':
      return onAnswer(draft, event);
    case 'ignore':
      return onIgnore(draft, event);
    case 'opt-out':
      return onOptOut(draft, event);
    case 'opt-in':
      return onOptIn(draft, event);
    case 'status':
      return onStatus(draft);
    case 'raise':
      if (draft.tasks.some((task) => task.state !== 'closed' && isSameAlert(task.alert, event.alert))) {
        return say(draft, { message: 'raise-open' });
      }
      emit(draft, { type: 'raise', alert: event.alert });
      return say(draft, ...event.reply);
    case 'reply':
      return say(draft, ...event.parts);
    case 'opened':
      // Drawn as things stand when it is drawn: one that waits will do.
      if (!draft.outbox.some(({ type }) => type === 'home')) emit(draft, { type: 'home' });
      return;
    default:
      return event satisfies never;
  }
}

function onResult(draft: Draft, effect: Effect, event: ResultEvent): void {
  if (event.type === 'done') return onDone(draft, effect, event.ref);
  if (event.type === 'failed') return onFailed(draft, effect, event);
  // The rest is about one kind of effect each; a result of another kind is nobody's.
  if (event.type === 'ready' && effect.type === 'readiness') onReadiness(draft, effect, event.readiness);
  if (event.type === 'attempting' && effect.type === 'challenge') onAttempting(draft, effect);
  if (event.type === 'challenged' && effect.type === 'challenge') onChallenged(draft, effect, event);
  if (event.type === 'lost' && effect.type === 'challenge' && effect.attempted) onUncertain(draft, effect);
  if (event.type === 'checked' && effect.type === 'check') onChecked(draft, effect, event.result, event.again);
}

/**
 * What becomes of a conversation by an event, and what has to be done for it: the new effects, which also stand in the
 * new conversation's outbox. Pure and total: the same arguments give the same result, any event is taken in any state,
 * and one that is known already gives the very conversation back. The version stays: a save counts it.
 */
export function transition(
  conversation: Conversation,
  event: ConversationEvent,
  policy: Policy,
): [Conversation, readonly Effect[]] {
  if ('id' in event && conversation.events.includes(event.id)) return [conversation, []];
  const draft = openDraft(conversation, event.at, policy);
  if (event.type === 'alerts') onAlerts(draft, event);
  else if ('id' in event) onPerson(draft, event);
  else if ('key' in event) {
    const effect = conversation.outbox.find(({ key }) => key === event.key);
    if (!effect) return [conversation, []];
    onResult(draft, effect, event);
  }
  expireChallenges(draft);
  expire(draft);
  schedule(draft);
  return closeDraft(draft);
}
