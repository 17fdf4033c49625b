import { defaultPolicy, type Policy } from '../policy/policy.js';
import { emptyConversation } from './empty.js';
import { ANN, alertOf, START } from './fixtures.js';
import { heads } from './lanes.js';
import { transition } from './transition.js';
import type { Conversation, ConversationEvent, Effect, PersonEvent } from './types.js';
import { wakeAt } from './wake.js';

/** One step of the walk. */
export interface Step {
  readonly before: Conversation;
  readonly event: ConversationEvent;
  readonly after: Conversation;
  readonly effects: readonly Effect[];
}

const FAILED = { type: 'failed', notSent: false } as const;

/** Everything that can become of an effect. */
function outcomes(effect: Effect, at: number): ConversationEvent[] {
  const { key } = effect;
  const failures: ConversationEvent[] = [
    { ...FAILED, code: 'UNAVAILABLE', key, at },
    { ...FAILED, code: 'REJECTED', notSent: true, key, at },
  ];
  switch (effect.type) {
    case 'readiness':
      return [
        ...failures,
        { type: 'ready', readiness: { ready: true }, key, at },
        ...(['not-enrolled', 'locked-out', 'bypassed'] as const).map(
          (reason): ConversationEvent => ({ type: 'ready', readiness: { ready: false, reason }, key, at }),
        ),
      ];
    case 'challenge':
      if (!effect.attempted) return [{ type: 'attempting', key, at }];
      return [
        ...failures,
        { ...FAILED, code: 'UNAVAILABLE', notSent: true, key, at },
        { type: 'challenged', token: `token of ${effect.id}`, key, at },
        { type: 'lost', key, at },
      ];
    case 'check':
      return [
        failures[0] as ConversationEvent,
        ...(['pending', 'approved', 'denied', 'fraud', 'expired', 'locked-out', 'bypassed'] as const).map(
          (result): ConversationEvent => ({ type: 'checked', result, key, at }),
        ),
      ];
    default:
      return [...failures, { type: 'done', key, ref: { id: `message ${key}` }, at }];
  }
}

/** How large the world is that is walked. */
export interface World {
  /** Two: the second is critical, and asked beside the first. */
  readonly alerts: 1 | 2;
  /** Messages, reports and mutes are delivered at once; otherwise they wait, fail and succeed as everything else. */
  readonly delivers: boolean;
  readonly policy?: Partial<Policy>;
}

/** Everything that can happen to a conversation within its world. */
function possible(conversation: Conversation, at: number, world: World): ConversationEvent[] {
  const events: ConversationEvent[] = [];
  const alerts = [alertOf(1), alertOf(2, { title: 'key export', severity: 'critical' })].slice(0, world.alerts);
  for (const alert of alerts) {
    if (!conversation.tasks.some((task) => task.alert.id === alert.id)) {
      events.push({
        type: 'alerts',
        at,
        alerts: [{ alert: { ...alert, seenAt: at }, route: { to: 'ask' } }],
        user: ANN,
      });
    }
  }
  const person = (event: object) =>
    events.push({ id: `event ${conversation.counter}.${events.length}`, at, user: ANN, ...event } as PersonEvent);
  for (const saidWhat of ['yes', 'no', 'unsure'] as const) {
    person({ type: 'answer', said: saidWhat, rest: 'because' });
    if (!world.delivers) continue; // a larger world in time, a smaller one in words
    if (world.alerts === 2) person({ type: 'answer', said: saidWhat, rest: '2 because' });
    for (const { id, step } of conversation.questions) {
      person({ type: 'answer', said: saidWhat, rest: '', target: { question: id, step } });
      person({ type: 'answer', said: saidWhat, rest: '', target: { question: id, step: step - 1 } });
    }
  }
  if (world.delivers) {
    person({ type: 'ignore', which: 'current', durationMs: 3_600_000 });
    person({ type: 'ignore', which: 'last', durationMs: 3_600_000 });
  }
  person({ type: 'opt-out', username: 'ann', standing: false, command: 'stop' });
  for (const effect of heads(conversation)) events.push(...outcomes(effect, Math.max(at, effect.notBefore)));
  const wake = wakeAt(conversation);
  events.push({ type: 'tick', at });
  if (wake !== undefined) events.push({ type: 'tick', at: Math.max(at, wake) });
  return events;
}

/** What two conversations must share to go on alike. Times, keys and ids of events are left out; messages on their way are one or more. */
function shapeOf(conversation: Conversation): string {
  const { tasks, questions, outbox, talking, pushes } = conversation;
  return JSON.stringify([
    tasks.map(({ alert, state, answer, verdict, pushes: count }) => [
      alert.id.at(-1),
      state,
      answer?.said,
      verdict?.kind,
      verdict?.kind === 'escalated' && verdict.cause,
      count,
    ]),
    questions.map(({ tasks: ids, state, permission, challenge, expiries, leaving, wishMs, ref }) => [
      ids.length,
      ids[0]?.at(-1),
      state,
      permission,
      challenge && challenge.token !== undefined,
      expiries,
      leaving,
      wishMs,
      ref !== undefined,
    ]),
    [
      ...new Set(
        outbox.map((effect) => {
          const detail =
            effect.type === 'challenge' ? effect.attempted : effect.type === 'send' ? effect.asks?.slice(60) : '';
          return `${effect.type} ${detail} ${'question' in effect ? effect.question.slice(60, 64) : ''} ${effect.failingSince !== undefined}`;
        }),
      ),
    ].toSorted(),
    talking,
    pushes.length,
  ]);
}

function deliver(conversation: Conversation, at: number, policy: Policy): Conversation {
  let delivered = conversation;
  for (let waiting = plain(delivered); waiting; waiting = plain(delivered)) {
    const event: ConversationEvent = { type: 'done', key: waiting.key, ref: { id: `message ${waiting.key}` }, at };
    delivered = transition(delivered, event, policy)[0];
  }
  return delivered;
}

function plain({ outbox }: Conversation): Effect | undefined {
  return outbox.find(({ type }) => type !== 'readiness' && type !== 'challenge' && type !== 'check');
}

/** A walk that does not end is no walk. */
const TOO_MANY = 100_000;

/**
 * Walks every reachable state of a small conversation, breadth first, and shows each step to `visit`.
 * @returns how many states there are.
 */
export function walk(world: World, visit: (step: Step) => void): number {
  const policy = { ...defaultPolicy, ...world.policy };
  const first = emptyConversation('U1');
  const seen = new Set([shapeOf(first)]);
  let frontier: { conversation: Conversation; at: number }[] = [{ conversation: first, at: START }];
  while (frontier.length > 0 && seen.size < TOO_MANY) {
    const next: typeof frontier = [];
    for (const { conversation, at } of frontier) {
      for (const event of possible(conversation, at, world)) {
        const [after, effects] = transition(conversation, event, policy);
        visit({ before: conversation, event, after, effects });
        const settled = world.delivers ? deliver(after, event.at, policy) : after;
        const shape = shapeOf(settled);
        if (seen.has(shape)) continue;
        seen.add(shape);
        next.push({ conversation: { ...settled, version: settled.version + 1 }, at: event.at });
      }
    }
    frontier = next;
  }
  return seen.size;
}
