import { titlePolicy } from '../policy/policy.js';
import { confirm, escalateQuestion, unmute } from './close.js';
import {
  alertParts,
  changeQuestion,
  changeTask,
  type Draft,
  editOut,
  emit,
  questionOf,
  say,
  subjectOf,
  tasksOf,
  titleOf,
} from './draft.js';
import type { Answer, Part, PersonEvent, Question } from './types.js';

type AnswerEvent = PersonEvent & { readonly type: 'answer' };

/** For so long a person may think of a closed question as the one they answer, in ms. */
const LATE = 3_600_000;

/** What waits for the person's word. */
function isListening(question: Question): boolean {
  return question.state === 'asking' || question.permission === 'asked';
}

/** The number at the start of an explanation, and what follows it. */
function numbered(rest: string): { number: number; rest: string } | undefined {
  const [whole, digits] = /^#?(\d{1,6})(?![\p{L}\p{N}])[\s.,!?:;\u2013\u2014]*/u.exec(rest) ?? [];
  return whole === undefined ? undefined : { number: Number(digits), rest: rest.slice(whole.length) };
}

/** Lists the open questions by number. */
export function openQuestions(draft: Draft): Part[] {
  return draft.questions.map((question) => ({
    message: 'open-question',
    values: { number: String(question.number), title: titleOf(tasksOf(draft, question)), state: question.state },
  }));
}

/** The question a typed answer is about, with the explanation; or what to say instead. */
function find(draft: Draft, event: AnswerEvent): { question: Question; explanation: string } | Part[] {
  const named = numbered(event.rest);
  const [only, ...others] = draft.questions;
  if (only === undefined) {
    const late = draft.answered.some(({ at }) => at > draft.at - LATE);
    return [{ message: late ? 'already-answered' : 'nothing-open' }];
  }
  if (named !== undefined) {
    const meant = draft.questions.find(({ number }) => number === named.number);
    // With one question open, a number is its name only where nothing else can be meant by it.
    if (meant && (others.length > 0 || named.rest === '')) return { question: meant, explanation: named.rest };
    const closed = draft.answered.some(({ number, at }) => number === named.number && at > draft.at - LATE);
    if (!meant && closed) return [{ message: 'already-answered' }, ...openQuestions(draft)];
  }
  if (others.length > 0) return [{ message: 'which-one' }, ...openQuestions(draft)];
  // Nobody has read a question that is not out yet. (A press shows that it was read.)
  if (draft.outbox.some((effect) => effect.type === 'send' && effect.asks === only.id)) {
    return [{ message: 'came-too-early' }];
  }
  const asked = only.ref?.sentAt;
  if (asked !== undefined && event.sentAt !== undefined && event.sentAt < asked) return [{ message: 'came-too-early' }];
  return { question: only, explanation: event.rest };
}

/** The question a press is about: the very one, at the very step, or none. */
function pressed(draft: Draft, event: AnswerEvent, target: NonNullable<AnswerEvent['target']>) {
  const question = questionOf(draft, target.question);
  if (question?.step === target.step && isListening(question)) return { question, explanation: event.rest };
  const known = question !== undefined || draft.answered.some(({ id }) => id === target.question);
  return [{ message: known ? ('already-answered' as const) : ('stale-press' as const) }];
}

function answerQuestion(draft: Draft, question: Question, said: Answer['said'], explanation: string): void {
  const answer: Answer = { said, explanation, at: draft.at };
  for (const id of question.tasks) changeTask(draft, id, { answer }, { what: 'answered', detail: said });
  editOut(draft, question, [...alertParts(question), { message: 'answered', values: { answer: said, explanation } }]);
  if (said === 'no') {
    unmute(draft, question);
    return escalateQuestion(draft, question, 'denied');
  }
  if (said === 'unsure') return escalateQuestion(draft, question, 'unsure');
  const { title } = subjectOf(tasksOf(draft, question));
  if (titlePolicy(draft.policy, title).proof === 'waived') return confirm(draft, question, 'waived');
  const deadline = draft.at + draft.policy.permissionMs;
  changeQuestion(draft, question.id, { state: 'confirming', step: question.step + 1, deadline });
  emit(draft, { type: 'readiness', question: question.id });
}

function answerPermission(draft: Draft, question: Question, said: Answer['said']): void {
  if (said === 'unsure') return say(draft, { message: 'permission-unclear' });
  const granted = said === 'yes';
  editOut(draft, question, [{ message: granted ? 'permitted' : 'not-permitted' }]);
  if (!granted) return escalateQuestion(draft, question, 'refused-proof');
  // The schedule sends the push, when it is this question's turn.
  changeQuestion(draft, question.id, { permission: 'granted', step: question.step + 1 }, { what: 'permitted' });
}

/** A yes, no or unsure. Whatever does not fit an open question changes nothing, and is told so. */
export function onAnswer(draft: Draft, event: AnswerEvent): void {
  const found = event.target === undefined ? find(draft, event) : pressed(draft, event, event.target);
  if (Array.isArray(found)) return say(draft, ...found);
  const { question, explanation } = found;
  draft.answering = question.id;
  if (question.state === 'asking') return answerQuestion(draft, question, event.said, explanation);
  if (isListening(question)) return answerPermission(draft, question, event.said);
  say(draft, { message: question.state === 'proving' ? 'push-is-out' : 'already-answered' });
}
