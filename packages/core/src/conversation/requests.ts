import { formatDuration } from '../messages/duration.js';
import { openQuestions } from './answers.js';
import { escalate, mute } from './close.js';
import {
  changeQuestion,
  changeTask,
  closedAt,
  type Draft,
  emit,
  sameLogin,
  say,
  subjectOf,
  tasksOf,
  titleOf,
} from './draft.js';
import type { PersonEvent, Task, Verdict } from './types.js';

type IgnoreEvent = PersonEvent & { readonly type: 'ignore' };
type OptEvent = PersonEvent & { readonly type: 'opt-out' | 'opt-in' };

/** `ignore current` is a wish that the proof grants; `ignore last` needs a last alert that was proven. */
export function onIgnore(draft: Draft, event: IgnoreEvent): void {
  const { longestIgnoreMs } = draft.policy;
  if (longestIgnoreMs <= 0) return say(draft, { message: 'not-available' });
  if (event.durationMs <= 0) return say(draft, { message: 'ignore-zero' });
  const durationMs = Math.min(event.durationMs, longestIgnoreMs);
  if (event.which === 'current') {
    const [only, ...others] = draft.questions;
    if (only === undefined) return say(draft, { message: 'ignore-no-current' });
    if (others.length > 0) return say(draft, { message: 'which-one' }, ...openQuestions(draft));
    sayCut(draft, event.durationMs);
    changeQuestion(draft, only.id, { wishMs: durationMs });
    const values = { title: titleOf(tasksOf(draft, only)), duration: formatDuration(durationMs) };
    return say(draft, { message: 'ignore-later', values });
  }
  const proven = lastProven(draft);
  if (proven.length === 0) return say(draft, { message: 'ignore-no-last' });
  sayCut(draft, event.durationMs);
  const mutedUntil = Math.max(...proven.map(({ verdict }) => verdict.mutedUntil ?? 0));
  const until = Math.max(mutedUntil, draft.at + durationMs); // of two mutes the later end wins
  if (until > mutedUntil) {
    mute(draft, proven, durationMs);
    for (const { alert, verdict } of proven)
      changeTask(draft, alert.id, { verdict: { ...verdict, mutedUntil: until } });
  }
  say(draft, {
    message: 'ignored-until',
    values: { title: subjectOf(proven).title, duration: formatDuration(until - draft.at) },
  });
}

type ProvenTask = Task & { readonly verdict: Verdict & { readonly kind: 'confirmed' } };

function isProven(task: Task): task is ProvenTask {
  return task.verdict?.kind === 'confirmed' && task.verdict.proof === 'challenge';
}

/** What was closed last, all at once, if it was proven; else nothing. */
function lastProven(draft: Draft): ProvenTask[] {
  const lastAt = Math.max(...draft.tasks.map(closedAt), 1);
  const closed = draft.tasks.filter((task) => closedAt(task) === lastAt);
  const { username, title } = subjectOf(closed);
  const last = closed.filter(({ alert }) => alert.username === username && alert.title === title);
  const proven = last.filter(isProven);
  return proven.length === last.length ? proven : [];
}

function sayCut(draft: Draft, durationMs: number): void {
  const longest = draft.policy.longestIgnoreMs;
  if (durationMs > longest) say(draft, { message: 'ignore-cut', values: { longest: formatDuration(longest) } });
}

/** Whether somebody has opted out, also where that is still to be performed. */
function isStanding(draft: Draft, { username, standing }: OptEvent): boolean {
  const pending = draft.outbox.findLast(
    (effect) => (effect.type === 'opt-out' || effect.type === 'opt-in') && sameLogin(effect.username, username),
  );
  return pending ? pending.type === 'opt-out' : standing;
}

function isPushOut(draft: Draft, { alert }: Task): boolean {
  return draft.questions.some(({ tasks, challenge }) => challenge !== undefined && tasks.includes(alert.id));
}

/** Opting out stops messages, never alerts: what is open goes to the security team at once; a push that is out settles first. */
export function onOptOut(draft: Draft, event: OptEvent): void {
  if (!draft.policy.optOut) return say(draft, { message: 'not-available' });
  if (isStanding(draft, event)) return say(draft, { command: event.command, outcome: 'failure' });
  const { username } = event;
  emit(draft, { type: 'opt-out', username, reason: 'asked to be left alone' });
  emit(draft, {
    type: 'notice',
    parts: [{ message: 'notice-opted-out', values: { username, name: event.user.name } }],
  });
  say(draft, { command: event.command, outcome: 'success' });
  const theirs = draft.tasks.filter(({ alert, state }) => state !== 'closed' && sameLogin(alert.username, username));
  escalate(
    draft,
    theirs.filter((task) => !isPushOut(draft, task)),
    'opted-out',
  );
  for (const question of draft.questions) {
    if (sameLogin(subjectOf(tasksOf(draft, question)).username, username))
      changeQuestion(draft, question.id, { leaving: true });
  }
  draft.talking = draft.questions.length > 0;
}

export function onOptIn(draft: Draft, event: OptEvent): void {
  if (!draft.policy.optOut) return say(draft, { message: 'not-available' });
  if (!isStanding(draft, event)) return say(draft, { command: event.command, outcome: 'failure' });
  emit(draft, { type: 'opt-in', username: event.username });
  emit(draft, {
    type: 'notice',
    parts: [{ message: 'notice-opted-in', values: { username: event.username, name: event.user.name } }],
  });
  say(draft, { command: event.command, outcome: 'success' });
}

/** What is open between the person and the bot. */
export function onStatus(draft: Draft): void {
  if (draft.questions.length === 0) return say(draft, { message: 'status-none' }); // nothing waits behind none
  say(draft, { message: 'status-head' }, ...openQuestions(draft));
  const waiting = draft.tasks.filter(({ state }) => state === 'waiting').length;
  if (waiting > 0) say(draft, { message: 'status-waiting', values: { count: String(waiting) } });
}
