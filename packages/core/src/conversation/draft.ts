import { compareSeverity } from '../policy/deadline.js';
import { normalise, type Policy } from '../policy/policy.js';
import type {
  AnsweredQuestion,
  Cause,
  ChoiceSet,
  Conversation,
  Effect,
  EffectBody,
  HistoryEntry,
  Part,
  Question,
  Task,
} from './types.js';

/** Ids of chat events remembered, so that a redelivered one changes nothing. */
const EVENTS_KEPT = 50;
/** Closed tasks kept in the conversation: for `ignore last` and late answers. */
const CLOSED_KEPT = 5;
const ANSWERED_KEPT = 10;
const HOUR = 3_600_000;

/**
 * A conversation being changed by one event. What the steps say is gathered and leaves as few messages as possible: a
 * question takes along what was said before it.
 */
export interface Draft {
  readonly at: number;
  readonly policy: Policy;
  readonly base: Conversation;
  tasks: Task[];
  questions: Question[];
  outbox: Effect[];
  answered: AnsweredQuestion[];
  pushes: number[];
  events: readonly string[];
  user: Conversation['user'];
  talking: boolean;
  counter: number;
  /** Said, and not yet in a message. */
  said: Part[];
  /** The question that this event answers: whoever answers has seen it. */
  answering: string | undefined;
  /** Escalated by this event, for one report a cause. */
  escalated: Map<Cause, string[]>;
}

export function openDraft(base: Conversation, at: number, policy: Policy): Draft {
  const { tasks, questions, outbox, answered, pushes, events, user, talking, counter } = base;
  return {
    at,
    policy,
    base,
    tasks: [...tasks],
    questions: [...questions],
    outbox: [...outbox],
    answered: [...answered],
    pushes: pushes.filter((pushed) => pushed > at - HOUR),
    events,
    user,
    talking,
    counter,
    said: [],
    answering: undefined,
    escalated: new Map(),
  };
}

/** Nobody can be written to where nobody was found. */
export function isReachable(draft: Draft): boolean {
  return !/^(login|flood):/.test(draft.base.person);
}

export function taskOf(draft: Draft, id: string): Task | undefined {
  return draft.tasks.find(({ alert }) => alert.id === id);
}

/** The tasks of a question. */
export function tasksOf(within: { readonly tasks: readonly Task[] }, question: Pick<Question, 'tasks'>): Task[] {
  return within.tasks.filter(({ alert }) => question.tasks.includes(alert.id));
}

export function changeTask(
  draft: Draft,
  id: string,
  change: Partial<Task>,
  ...story: Omit<HistoryEntry, 'at'>[]
): void {
  draft.tasks = draft.tasks.map((task) =>
    task.alert.id === id
      ? {
          ...task,
          ...change,
          history: [...task.history, ...story.map((entry) => ({ at: draft.at, ...entry }))],
          changedIn: draft.base.version + 1,
        }
      : task,
  );
}

/** Changes a question and, with its state, its tasks. */
export function changeQuestion(
  draft: Draft,
  id: string,
  change: Partial<Question>,
  ...story: Omit<HistoryEntry, 'at'>[]
): void {
  const before = questionOf(draft, id);
  if (!before) return;
  const question = { ...before, ...change };
  replaceQuestion(draft, question);
  if (story.length === 0 && change.state === undefined) return;
  for (const task of tasksOf(draft, question)) changeTask(draft, task.alert.id, { state: question.state }, ...story);
}

/** Puts a question in the place of the one that has its id. */
export function replaceQuestion(draft: Draft, question: Question): void {
  draft.questions = draft.questions.map((other) => (other.id === question.id ? question : other));
}

export function questionOf(draft: Draft, id: string): Question | undefined {
  return draft.questions.find((question) => question.id === id);
}

/** Puts an effect into the outbox. */
export function emit(draft: Draft, body: EffectBody, notBefore = draft.at): void {
  draft.counter += 1;
  draft.outbox.push({ ...body, key: `${draft.base.person}/${draft.counter}`, notBefore, tries: 0 });
}

/** Puts an effect in the place of the one that has its key. */
export function replaceEffect(draft: Draft, effect: Effect): void {
  draft.outbox = draft.outbox.map((other) => (other.key === effect.key ? effect : other));
}

/** Takes an effect out of the outbox: it is performed, or nobody's any more. */
export function withdraw(draft: Draft, { key }: Effect): void {
  draft.outbox = draft.outbox.filter((effect) => effect.key !== key);
}

export function say(draft: Draft, ...parts: readonly Part[]): void {
  draft.said.push(...parts);
}

/** Sends what was said so far and these parts as one message, which asks that question. */
export function askNow(
  draft: Draft,
  question: Question,
  parts: readonly Part[],
  kind: ChoiceSet['kind'],
  urgent: boolean,
): void {
  emit(draft, {
    type: 'send',
    parts: [...draft.said, ...parts],
    choices: { kind, question: question.id, step: question.step },
    asks: question.id,
    preamble: draft.said.length,
    ...(urgent ? { urgent: true } : {}),
  });
  draft.said = [];
}

/** Takes back what was not yet sent of a question that is over; what was said before it is still said. */
export function retract(draft: Draft, question: Question): void {
  draft.outbox = draft.outbox.flatMap((effect): Effect[] => {
    if (effect.type !== 'send' || effect.asks !== question.id) return [effect];
    const parts = effect.parts
      .slice(0, effect.preamble)
      .filter((part) => !('message' in part && part.message === 'greeting'));
    const { asks: _, choices: __, preamble: ___, ...rest } = effect;
    return parts.length === 0 ? [] : [{ ...rest, parts }];
  });
}

/** Takes the buttons off the question's message, and says there what became of it. */
export function editOut(draft: Draft, question: Question, parts: readonly Part[]): void {
  const { ref, ...rest } = question;
  if (ref === undefined) return;
  emit(draft, { type: 'edit', ref, parts });
  replaceQuestion(draft, rest);
}

/** What a question shows: its alerts. */
export function alertParts(question: Pick<Question, 'tasks'>): Part[] {
  return question.tasks.map((alert) => ({ alert }));
}

/** The login and title that all tasks of a question share. */
export function subjectOf(tasks: readonly Task[]): { readonly username: string; readonly title: string } {
  return tasks[0]?.alert ?? { username: '', title: '' };
}

/** How several alerts of one title are called in a sentence. */
export function titleOf(tasks: readonly Task[]): string {
  const { title } = subjectOf(tasks);
  return tasks.length > 1 ? `${title} (${tasks.length})` : title;
}

/** When a task was closed; 0 while it is open. */
export function closedAt({ verdict }: Task): number {
  return verdict?.at ?? 0;
}

export function sameLogin(a: string, b: string): boolean {
  return normalise(a) === normalise(b);
}

export function isUrgent(tasks: readonly Task[]): boolean {
  return tasks.some(({ severity }) => compareSeverity(severity, 'high') >= 0);
}

/** Replies that wait for a slow chat; what is said beyond is dropped, questions and reports never are. */
const REPLIES_WAITING = 20;

function isTalkedOut(draft: Draft): boolean {
  const waiting = draft.outbox.filter((effect) => effect.type === 'send' && effect.asks === undefined);
  return waiting.length >= REPLIES_WAITING;
}

function prune(draft: Draft): Task[] {
  const needed = new Set<string>();
  for (const effect of draft.outbox) {
    if (effect.type === 'report') for (const id of effect.tasks) needed.add(id);
    if (effect.type === 'send' || effect.type === 'edit') {
      for (const part of effect.parts) if ('alert' in part) needed.add(part.alert);
    }
  }
  const closed = draft.tasks.filter(({ state }) => state === 'closed');
  const latest = new Set(closed.toSorted((a, b) => closedAt(b) - closedAt(a)).slice(0, CLOSED_KEPT));
  return draft.tasks.filter((task) => {
    if (task.state !== 'closed' || latest.has(task) || needed.has(task.alert.id)) return true;
    return task.changedIn > draft.base.version; // not yet saved
  });
}

/** Whatever else an event changes, it changes one of these too. */
function isUnchanged(draft: Draft): boolean {
  const { base } = draft;
  const same = <T>(a: readonly T[], b: readonly T[]) => a.length === b.length && a.every((item, i) => item === b[i]);
  return (
    same(draft.tasks, base.tasks) &&
    same(draft.questions, base.questions) &&
    same(draft.outbox, base.outbox) &&
    same(draft.events, base.events)
  );
}

/** The changed conversation (the very one where nothing changed), and the effects that are new in it. */
export function closeDraft(draft: Draft): [Conversation, readonly Effect[]] {
  if (isUnchanged(draft)) return [draft.base, []];
  for (const [cause, tasks] of draft.escalated) {
    const urgent =
      ['denied', 'fraud', 'push-denied'].includes(cause) ||
      isUrgent(draft.tasks.filter(({ alert }) => tasks.includes(alert.id)));
    emit(draft, { type: 'report', tasks, cause, ...(urgent ? { urgent: true } : {}) });
  }
  if (draft.said.length > 0 && isReachable(draft) && !isTalkedOut(draft))
    emit(draft, { type: 'send', parts: draft.said });
  const before = new Set(draft.base.outbox.map(({ key }) => key));
  const { base, questions, outbox, pushes, user, talking, counter } = draft;
  const next: Conversation = {
    person: base.person,
    version: base.version,
    ...(user === undefined ? {} : { user }),
    tasks: prune(draft),
    questions,
    outbox,
    events: draft.events.slice(-EVENTS_KEPT),
    answered: draft.answered.slice(-ANSWERED_KEPT),
    pushes,
    talking,
    counter,
  };
  return [next, outbox.filter(({ key }) => !before.has(key))];
}
