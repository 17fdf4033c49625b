import type { MessageRef } from '../contracts/message.js';
import { escalateQuestion } from './close.js';
import { changeQuestion, type Draft, emit, questionOf, replaceEffect, say, withdraw } from './draft.js';
import { onUncertain, takeBack } from './proof.js';
import type { Effect, ResultEvent } from './types.js';

type FailedEvent = ResultEvent & { readonly type: 'failed' };

/** The first wait after a failure, and the longest, in ms. It doubles. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 5 * 60_000;
/** However long a provider tells us to wait, in ms. */
const LONGEST_RETRY_AFTER = 3_600_000;
/** An edit only tidies up: after so many tries it is let go, but for limits, which end. */
const EDIT_TRIES = 8;

/** An effect is performed. */
export function onDone(draft: Draft, effect: Effect, ref: MessageRef | undefined): void {
  withdraw(draft, effect);
  if (effect.type !== 'send' || effect.asks === undefined || ref === undefined) return;
  const question = questionOf(draft, effect.asks);
  if (question !== undefined && question.step === effect.choices?.step) {
    changeQuestion(draft, question.id, { ref });
    return;
  }
  // Answered or closed while it was being sent: its buttons go.
  const alerts = effect.parts.filter((part) => 'alert' in part);
  emit(draft, { type: 'edit', ref, parts: [...alerts, { message: 'question-closed' }] });
}

/** How long the provider wants us to wait, in ms, as far as that makes sense. */
function patienceOf({ retryAfterMs = 0 }: FailedEvent): number {
  return Number.isFinite(retryAfterMs) ? Math.min(Math.max(0, retryAfterMs), LONGEST_RETRY_AFTER) : 0;
}

function again(draft: Draft, effect: Effect, event: FailedEvent): void {
  const wait = Math.max(Math.min(FIRST_WAIT * 2 ** effect.tries, LONGEST_WAIT), patienceOf(event));
  replaceEffect(draft, {
    ...effect,
    tries: effect.tries + 1,
    notBefore: draft.at + wait,
    failingSince: effect.failingSince ?? draft.at,
  });
}

/** Whether the second factor's provider has been away for too long, or would be by the next try. */
function isOutOfPatience(draft: Draft, effect: Effect, event: FailedEvent): boolean {
  if (event.code === 'REJECTED') return true;
  const since = effect.failingSince ?? draft.at;
  return draft.at + patienceOf(event) - since >= draft.policy.authPatienceMs;
}

/** An effect could not be performed: tried again where that can help, and where it may be. */
export function onFailed(draft: Draft, effect: Effect, event: FailedEvent): void {
  switch (effect.type) {
    case 'send': {
      if (event.code !== 'REJECTED') return again(draft, effect, event);
      withdraw(draft, effect);
      const question = effect.asks === undefined ? undefined : questionOf(draft, effect.asks);
      if (question) escalateQuestion(draft, question, 'undeliverable');
      return;
    }
    case 'edit':
    case 'home':
      if (event.code === 'RATE_LIMITED' || (event.code !== 'REJECTED' && effect.tries < EDIT_TRIES))
        return again(draft, effect, event);
      return withdraw(draft, effect);
    case 'raise':
    case 'mute':
    case 'unmute':
      // Refused once, refused for ever: nothing is raised, nothing is muted.
      if (event.code !== 'REJECTED') return again(draft, effect, event);
      return withdraw(draft, effect);
    case 'opt-out':
    case 'opt-in':
      if (event.code !== 'REJECTED') return again(draft, effect, event);
      withdraw(draft, effect);
      return say(draft, { message: 'not-available' });
    case 'challenge':
      if (effect.attempted && !event.notSent) return onUncertain(draft, effect);
      takeBack(draft, effect);
      return retryAuth(draft, { ...effect, attempted: false }, event);
    case 'readiness':
    case 'check':
      return retryAuth(draft, effect, event);
    default:
      // A report, a notice: never given up.
      return again(draft, effect, event);
  }
}

function retryAuth(draft: Draft, effect: Effect & { readonly question: string }, event: FailedEvent): void {
  const question = questionOf(draft, effect.question);
  if (!question) return withdraw(draft, effect);
  if (!isOutOfPatience(draft, effect, event)) return again(draft, effect, event);
  escalateQuestion(draft, question, 'auth-unavailable');
}
