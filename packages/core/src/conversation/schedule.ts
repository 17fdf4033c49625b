import { compareSeverity } from '../policy/deadline.js';
import { normalise } from '../policy/policy.js';
import { escalate } from './close.js';
import { alertParts, askNow, changeTask, type Draft, isUrgent, say, tasksOf } from './draft.js';
import { startProof } from './proof.js';
import type { Part, Question, Task } from './types.js';

/** For so long a person may remember a closed question's number, in ms. */
const REMEMBERED = 3_600_000;

/** Most severe first, then oldest, then by id. */
function byUrgency(a: Task, b: Task): number {
  return (
    compareSeverity(b.severity, a.severity) || a.alert.seenAt - b.alert.seenAt || (a.alert.id < b.alert.id ? -1 : 1)
  );
}

function waitingTasks(draft: Draft): Task[] {
  return draft.tasks.filter(({ state }) => state === 'waiting').toSorted(byUrgency);
}

const bundleKey = ({ alert }: Task) => JSON.stringify([normalise(alert.username), normalise(alert.title)]);

/** Waiting alerts beyond what a bundle holds, or beyond what a person can be asked at all, are a flood. */
function stopFloods(draft: Draft): void {
  const waiting = waitingTasks(draft);
  const surplus = new Set(
    [...Map.groupBy(waiting, bundleKey).values()].flatMap((group) => group.slice(draft.policy.bundle)),
  );
  const open = draft.tasks.filter(({ state }) => state !== 'closed').length - surplus.size;
  const rest = waiting.filter((task) => !surplus.has(task));
  for (const task of rest.slice(Math.max(0, rest.length - Math.max(0, open - draft.policy.openPerPerson))))
    surplus.add(task);
  const toldLately = draft.tasks.some(
    ({ verdict }) => verdict?.kind === 'escalated' && verdict.cause === 'flood' && verdict.at > draft.at - REMEMBERED,
  );
  escalate(draft, [...surplus], 'flood', toldLately);
}

/** The smallest number that no open question has, nor one the person may still remember. */
function freeNumber(draft: Draft): number {
  const remembered = draft.answered.filter(({ at }) => at > draft.at - REMEMBERED);
  const taken = new Set([...draft.questions, ...remembered].map(({ number }) => number));
  let number = 1;
  while (taken.has(number)) number += 1;
  return number;
}

function ask(draft: Draft, bundle: readonly Task[]): void {
  const [first] = bundle;
  if (!first) return;
  const others = draft.questions.length;
  const question: Question = {
    id: `${first.alert.id}.${first.history.length}`,
    number: freeNumber(draft),
    tasks: bundle.map(({ alert }) => alert.id),
    state: 'asking',
    step: 1,
    expiries: 0,
  };
  draft.questions.push(question);
  for (const { alert } of bundle) changeTask(draft, alert.id, { state: 'asking' }, { what: 'asked' });
  if (!draft.talking) say(draft, { message: 'greeting', values: { name: draft.user?.name ?? '' } });
  else say(draft, { message: others > 0 ? 'urgent-first' : 'one-more-thing' });
  draft.talking = true;
  const parts: Part[] = [
    ...alertParts(question),
    bundle.length === 1
      ? { message: 'question' }
      : { message: 'question-bundle', values: { count: String(bundle.length) } },
  ];
  if (others > 0) parts.push({ message: 'question-numbered', values: { number: String(question.number) } });
  askNow(draft, question, parts, 'answer', isUrgent(bundle));
}

/**
 * What to ask next: one question a person at a time, beside it only what is critical; one challenge at a time; what
 * waits together under one login and title in one question. Says goodbye when nothing is left.
 */
export function schedule(draft: Draft): void {
  stopFloods(draft);
  startProof(draft);
  for (;;) {
    const waiting = waitingTasks(draft);
    const [next] = waiting;
    if (!next || (draft.questions.length > 0 && next.severity !== 'critical')) break;
    const bundle = waiting.filter((task) => bundleKey(task) === bundleKey(next));
    ask(draft, bundle);
  }
  if (draft.talking && draft.tasks.every(({ state }) => state === 'closed')) {
    draft.talking = false;
    if (draft.said.length > 0) say(draft, { message: 'goodbye' });
  }
}

/** Why a question ends whose permission is still to be asked, is asked, or waits for its turn. */
const SILENCE = { none: 'auth-unavailable', asked: 'no-answer', granted: 'expired' } as const;

/** Ends what silence has ended. */
export function expire(draft: Draft): void {
  const silent = draft.tasks.filter(
    ({ state, deadline }) => (state === 'waiting' || state === 'asking') && deadline <= draft.at,
  );
  escalate(draft, silent, 'no-answer');
  for (const question of draft.questions) {
    if (question.deadline !== undefined && question.deadline <= draft.at) {
      escalate(draft, tasksOf(draft, question), SILENCE[question.permission ?? 'none']);
    }
  }
}
