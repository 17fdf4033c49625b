import type { MessageName } from '../messages/catalogue.js';
import { formatDuration } from '../messages/duration.js';
import { compareSeverity } from '../policy/deadline.js';
import { titlePolicy } from '../policy/policy.js';
import {
  alertParts,
  changeTask,
  type Draft,
  emit,
  isReachable,
  retract,
  say,
  subjectOf,
  tasksOf,
  titleOf,
} from './draft.js';
import type { Cause, Part, Question, Task, Verdict } from './types.js';

/** What a person is told; nothing where nobody was asked, or nobody is there. */
const TOLD: Readonly<Record<Cause, MessageName | undefined>> = {
  denied: 'told-denied',
  unsure: 'told-unsure',
  'no-answer': 'told-no-answer',
  'refused-proof': 'told-refused-proof',
  'push-denied': 'told-push-denied',
  fraud: 'told-fraud',
  expired: 'told-expired',
  'no-factor': 'told-no-factor',
  bypassed: 'told-bypassed',
  'locked-out': 'told-locked-out',
  'push-limit': 'told-push-limit',
  'auth-unavailable': 'told-auth-unavailable',
  'unknown-person': undefined,
  'ambiguous-person': undefined,
  undeliverable: undefined,
  'opted-out': undefined,
  flood: 'told-flood',
};

/** All causes there are. */
export const CAUSES = Object.keys(TOLD) as [Cause, ...Cause[]];

function detailOf(verdict: Verdict): string {
  if (verdict.kind === 'confirmed') return verdict.proof;
  return verdict.kind === 'escalated' ? verdict.cause : verdict.reason;
}

/** Ends tasks with a verdict and takes them out of their question, which ends with its last one. */
export function closeTasks(draft: Draft, tasks: readonly Task[], verdict: Verdict): void {
  const ids = tasks.map(({ alert }) => alert.id);
  for (const id of ids)
    changeTask(draft, id, { state: 'closed', verdict }, { what: verdict.kind, detail: detailOf(verdict) });
  const ended: Question[] = [];
  draft.questions = draft.questions.flatMap((question) => {
    const left = question.tasks.filter((id) => !ids.includes(id));
    if (left.length > 0) return [{ ...question, tasks: left }];
    ended.push(question);
    return [];
  });
  for (const question of ended) {
    if (question.ref) {
      const parts: Part[] = [...alertParts(question), { message: 'question-closed' }];
      emit(draft, { type: 'edit', ref: question.ref, parts });
    }
    if (question.id !== draft.answering) retract(draft, question);
    draft.answered.push({ id: question.id, number: question.number, tasks: question.tasks, at: draft.at });
    draft.outbox = draft.outbox.filter((effect) => !('question' in effect && effect.question === question.id));
  }
}

/** Takes tasks to the security team; the person is told, unless `quietly`. */
export function escalate(draft: Draft, tasks: readonly Task[], cause: Cause, quietly = false): void {
  if (tasks.length === 0) return;
  closeTasks(draft, tasks, { kind: 'escalated', at: draft.at, cause });
  draft.escalated.set(cause, [...(draft.escalated.get(cause) ?? []), ...tasks.map(({ alert }) => alert.id)]);
  const told = TOLD[cause];
  if (told === undefined || quietly || !isReachable(draft)) return;
  const titles = Map.groupBy(tasks, ({ alert }) => alert.title);
  for (const group of titles.values()) say(draft, { message: told, values: { title: titleOf(group) } });
}

export function escalateQuestion(draft: Draft, question: Question, cause: Cause): void {
  escalate(draft, tasksOf(draft, question), cause);
}

/** A denial, a denied push or a fraud lifts whatever mute the title has: it was no false alarm. */
export function unmute(draft: Draft, question: Question): void {
  const { username, title } = subjectOf(tasksOf(draft, question));
  emit(draft, { type: 'unmute', username, title });
}

/** Ends a question as the person's own, and mutes its title where a challenge has proven it. */
export function confirm(draft: Draft, question: Question, proof: 'challenge' | 'waived'): void {
  const tasks = tasksOf(draft, question);
  const at = draft.at;
  const usualMs = titlePolicy(draft.policy, subjectOf(tasks).title).muteAfterProofMs ?? draft.policy.muteAfterProofMs;
  const muteMs = proof === 'challenge' ? Math.max(usualMs, question.wishMs ?? 0) : 0;
  closeTasks(draft, tasks, { kind: 'confirmed', at, proof, ...(muteMs > 0 ? { mutedUntil: at + muteMs } : {}) });
  if (muteMs > 0) {
    mute(draft, tasks, muteMs);
    say(draft, { message: 'confirmed-muted', values: { title: titleOf(tasks), duration: formatDuration(muteMs) } });
  } else {
    say(draft, { message: proof === 'waived' ? 'confirmed-waived' : 'confirmed', values: { title: titleOf(tasks) } });
  }
}

/** Mutes the title of proven tasks, from now, for nothing more severe than them. */
export function mute(draft: Draft, proven: readonly Task[], durationMs: number): void {
  const { username, title } = subjectOf(proven);
  const maxSeverity = proven.map(({ severity }) => severity).reduce((a, b) => (compareSeverity(a, b) >= 0 ? a : b));
  emit(draft, {
    type: 'mute',
    entry: {
      username,
      title,
      reason: 'recently confirmed with proof',
      until: draft.at + durationMs,
      since: draft.at,
      maxSeverity,
    },
  });
}
