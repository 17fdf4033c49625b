import type { Challenged, ChallengeResult, Readiness } from '../contracts/auth.js';
import { confirm, escalateQuestion, unmute } from './close.js';
import {
  askNow,
  changeQuestion,
  changeTask,
  type Draft,
  emit,
  isUrgent,
  questionOf,
  replaceEffect,
  replaceQuestion,
  say,
  tasksOf,
  withdraw,
} from './draft.js';
import type { Effect, Question } from './types.js';

type ChallengeEffect = Effect & { readonly type: 'challenge' };
type CheckEffect = Effect & { readonly type: 'check' };

/** Whether the next push would be one too many, for one of the tasks or for the person. */
function isPushLimit(draft: Draft, question: Question): boolean {
  const { pushesPerTask, pushesPerHour } = draft.policy;
  return draft.pushes.length >= pushesPerHour || tasksOf(draft, question).some(({ pushes }) => pushes >= pushesPerTask);
}

/** Asks whether a push may be sent; or, where policy does not ask, takes it as permitted. */
function askPermission(
  draft: Draft,
  question: Question,
  message: 'permission' | 'permission-again' | 'permission-unsure',
): void {
  if (question.leaving) return escalateQuestion(draft, question, 'opted-out');
  if (isPushLimit(draft, question)) return escalateQuestion(draft, question, 'push-limit');
  const tasks = tasksOf(draft, question);
  const deadline = Math.max(...tasks.map((task) => task.deadline), draft.at + draft.policy.permissionMs);
  const { challenge: _, permission: __, ...rest } = question;
  const asked: Question = { ...rest, step: question.step + 1, deadline };
  replaceQuestion(draft, asked);
  if (!draft.policy.askBeforePush && message === 'permission') {
    return changeQuestion(draft, question.id, { permission: 'granted' });
  }
  changeQuestion(draft, question.id, { state: 'confirming', permission: 'asked' }, { what: 'permission-asked' });
  const numbered = draft.questions.length > 1;
  askNow(
    draft,
    asked,
    [
      { message },
      ...(numbered ? [{ message: 'permission-numbered' as const, values: { number: String(question.number) } }] : []),
    ],
    'permission',
    isUrgent(tasks),
  );
}

/** What the second factor says of itself. Permission is asked only where a push can be answered. */
export function onReadiness(draft: Draft, effect: Effect & { readonly type: 'readiness' }, readiness: Readiness): void {
  const question = questionOf(draft, effect.question);
  withdraw(draft, effect);
  if (!question) return;
  const detail = readiness.ready === true ? 'ready' : readiness.reason;
  changeQuestion(draft, question.id, {}, { what: 'readiness', detail });
  if (readiness.ready === true) return askPermission(draft, question, 'permission');
  const cause = readiness.reason === 'locked-out' || readiness.reason === 'bypassed' ? readiness.reason : 'no-factor';
  escalateQuestion(draft, question, cause);
}

/** Sends the next challenge that is permitted, where none is out: one a person at a time. */
export function startProof(draft: Draft): void {
  if (draft.questions.some(({ state }) => state === 'proving')) return;
  const question = draft.questions.find(({ permission }) => permission === 'granted');
  if (!question) return;
  if (isPushLimit(draft, question)) {
    escalateQuestion(draft, question, 'push-limit');
    return startProof(draft);
  }
  const { deadline: _, ...rest } = question;
  replaceQuestion(draft, rest);
  changeQuestion(draft, question.id, { state: 'proving' });
  const number = Math.max(...tasksOf(draft, question).map(({ pushes }) => pushes)) + 1;
  emit(draft, { type: 'challenge', question: question.id, id: `${question.id}.${number}`, attempted: false });
}

/** Saved before the provider is called: from here on, a prompt may be out. It counts. */
export function onAttempting(draft: Draft, effect: ChallengeEffect): void {
  const question = questionOf(draft, effect.question);
  if (effect.attempted) return;
  if (!question) return withdraw(draft, effect);
  replaceEffect(draft, { ...effect, attempted: true });
  draft.pushes.push(draft.at);
  for (const task of tasksOf(draft, question)) {
    changeTask(draft, task.alert.id, { pushes: task.pushes + 1 }, { what: 'pushed', detail: effect.id });
  }
  changeQuestion(draft, question.id, { challenge: { id: effect.id, expiresAt: draft.at + draft.policy.challengeMs } });
}

/** The provider has taken the challenge: from now on it is asked how it stands. */
export function onChallenged(draft: Draft, effect: ChallengeEffect, { token, hint, url }: Challenged): void {
  withdraw(draft, effect);
  const question = questionOf(draft, effect.question);
  if (question?.challenge?.id !== effect.id) return;
  changeQuestion(draft, question.id, { challenge: { ...question.challenge, token } });
  // Whoever sent the challenge asks from memory; this effect is for others, should that one be gone.
  emit(draft, { type: 'check', question: question.id, token }, draft.at + draft.policy.recheckMs);
  if (url !== undefined) say(draft, { message: 'pushed-link', values: { url, hint: hint ?? '' } });
  else say(draft, hint === undefined ? { message: 'pushed' } : { message: 'pushed-hint', values: { hint } });
}

/** No prompt went out after all: the attempt is taken back, and may be made again. */
export function takeBack(draft: Draft, effect: ChallengeEffect): void {
  const question = questionOf(draft, effect.question);
  if (!question || !effect.attempted) return;
  draft.pushes.pop();
  for (const task of tasksOf(draft, question)) changeTask(draft, task.alert.id, { pushes: task.pushes - 1 });
  const { challenge: _, ...rest } = question;
  replaceQuestion(draft, rest);
}

/** A prompt may be out, and nobody can ask how it stands: the person is asked anew, and it counts. */
export function onUncertain(draft: Draft, effect: ChallengeEffect): void {
  withdraw(draft, effect);
  const question = questionOf(draft, effect.question);
  if (!question) return;
  changeQuestion(draft, question.id, {}, { what: 'push-unsure' });
  askPermission(draft, question, 'permission-unsure');
}

/** How a challenge stands. Only `approved` is proof, of the tasks it was sent for. */
export function onChecked(draft: Draft, effect: CheckEffect, result: ChallengeResult, again: number | undefined): void {
  const question = questionOf(draft, effect.question);
  if (!question || question.challenge?.token !== effect.token) return withdraw(draft, effect);
  if (result === 'pending') {
    const notBefore = again ?? draft.at + draft.policy.recheckMs;
    const { failingSince: _, ...rest } = effect;
    return replaceEffect(draft, { ...rest, tries: 0, notBefore });
  }
  withdraw(draft, effect);
  settle(draft, question, result);
}

function settle(draft: Draft, question: Question, result: Exclude<ChallengeResult, 'pending'>): void {
  changeQuestion(draft, question.id, {}, { what: 'push-settled', detail: result });
  switch (result) {
    case 'approved':
      return confirm(draft, question, 'challenge');
    case 'denied':
    case 'fraud':
      unmute(draft, question);
      return escalateQuestion(draft, question, result === 'denied' ? 'push-denied' : 'fraud');
    case 'locked-out':
    case 'bypassed':
      return escalateQuestion(draft, question, result);
    case 'expired': {
      const expiries = question.expiries + 1;
      if (expiries > 1) return escalateQuestion(draft, question, 'expired');
      return askPermission(draft, { ...question, expiries }, 'permission-again');
    }
    default:
      result satisfies never;
      // A plugin that is not type-checked may say anything: what nobody knows is not approval.
      return escalateQuestion(draft, question, 'auth-unavailable');
  }
}

/** A challenge whose time is over without the provider saying so. */
export function expireChallenges(draft: Draft): void {
  for (const question of draft.questions) {
    const { id, challenge } = question;
    if (challenge === undefined || challenge.expiresAt > draft.at) continue;
    const effect = draft.outbox.find(
      (other) => (other.type === 'challenge' || other.type === 'check') && other.question === id,
    );
    if (effect) withdraw(draft, effect);
    if (effect?.type === 'challenge') onUncertain(draft, effect);
    else if (effect?.failingSince !== undefined) escalateQuestion(draft, question, 'auth-unavailable');
    else settle(draft, question, 'expired');
  }
}
