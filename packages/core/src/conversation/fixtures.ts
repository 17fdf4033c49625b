import type { SeenAlert } from '../contracts/alert.js';
import { defaultPolicy, type Policy } from '../policy/policy.js';
import { emptyConversation } from './empty.js';
import { transition } from './transition.js';
import type {
  Conversation,
  ConversationEvent,
  Effect,
  EffectType,
  Part,
  Person,
  PersonEvent,
  Route,
  Task,
} from './types.js';

/** A Tuesday, 10:00 in Los Angeles: ms since the epoch. */
export const START = Date.UTC(2026, 10, 24, 18, 0);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const ANN: Person = { name: 'Ann', username: 'ann' };

export function alertOf(number: number, change: Partial<SeenAlert> = {}): SeenAlert {
  return {
    id: number.toString(16).padStart(64, '0'),
    username: 'ann',
    title: 'sudo',
    description: 'sudo on web-1',
    reason: 'root shell',
    url: 'https://siem.example/1',
    eventTime: START,
    seenAt: START,
    ...change,
  };
}

type Bare<T> = T extends unknown ? Omit<T, 'at'> : never;
type BarePerson<T> = T extends unknown ? Omit<T, 'at' | 'id' | 'user'> & { readonly id?: string } : never;

/** A conversation played by hand: events in, effects out, the clock moved by the test. */
export function play(policy: Partial<Policy> = {}, person = 'U1') {
  const rules: Policy = { ...defaultPolicy, ...policy };
  let conversation: Conversation = emptyConversation(person);
  let at = START;
  let count = 0;

  function take(event: Bare<ConversationEvent>): readonly Effect[] {
    const [next, effects] = transition(conversation, { ...event, at } as ConversationEvent, rules);
    // As a save does: every change a version, so that "added in" and "changed in" mean something.
    conversation = next === conversation ? next : { ...next, version: next.version + 1 };
    return effects;
  }

  const game = {
    policy: rules,
    get conversation() {
      return conversation;
    },
    get at() {
      return at;
    },
    take,
    advance(ms: number) {
      at += ms;
      return take({ type: 'tick' });
    },
    alert(number = 1, change: Partial<SeenAlert> = {}, route: Route = { to: 'ask' }) {
      return game.alerts([{ alert: { ...alertOf(number), seenAt: at, ...change }, route }]);
    },
    alerts(alerts: readonly { alert: SeenAlert; route: Route }[]) {
      return take({ type: 'alerts', alerts, user: ANN });
    },
    person(event: BarePerson<PersonEvent>) {
      count += 1;
      return take({ id: `event ${count}`, user: ANN, ...event } as Bare<ConversationEvent>);
    },
    /** An answer to what was read: questions are out by then. */
    answer(event: BarePerson<PersonEvent & { type: 'answer' }>) {
      for (const effect of conversation.outbox) {
        if (effect.type === 'send' && effect.asks !== undefined) take({ type: 'done', key: effect.key });
      }
      return game.person(event);
    },
    yes: (rest = '', extra: object = {}) => game.answer({ type: 'answer', said: 'yes', rest, ...extra }),
    no: (rest = '', extra: object = {}) => game.answer({ type: 'answer', said: 'no', rest, ...extra }),
    unsure: (rest = '', extra: object = {}) => game.answer({ type: 'answer', said: 'unsure', rest, ...extra }),
    /** The oldest effect of a type; fails where there is none. */
    effect<T extends EffectType>(type: T): Effect & { type: T } {
      const found = conversation.outbox.find((effect): effect is Effect & { type: T } => effect.type === type);
      if (!found) throw new Error(`no effect "${type}" in [${conversation.outbox.map((effect) => effect.type)}]`);
      return found;
    },
    types: () => conversation.outbox.map(({ type }) => type),
    task: (number = 1): Task => {
      const found = conversation.tasks.find(({ alert }) => alert.id === alertOf(number).id);
      if (!found) throw new Error(`no task ${number}`);
      return found;
    },
    /** Sends all messages and reports that wait. */
    deliver(sentAt?: number) {
      for (const { key, type } of conversation.outbox) {
        const ref = { id: `m ${key}`, ...(sentAt === undefined ? {} : { sentAt }) };
        if (!['readiness', 'challenge', 'check'].includes(type)) take({ type: 'done', key, ref });
      }
    },
    ready: () => take({ type: 'ready', key: game.effect('readiness').key, readiness: { ready: true } }),
    /** From the yes to the permission question. */
    prove() {
      game.yes('I did');
      return game.ready();
    },
    /** Whoever performs the challenge has saved that, and is about to send it. */
    attempt() {
      const challenge = game.effect('challenge');
      take({ type: 'attempting', key: challenge.key });
      return challenge;
    },
    /** From the permission to the push that is out. */
    push() {
      game.yes();
      const { key } = game.attempt();
      return take({ type: 'challenged', key, token: `token ${key}` });
    },
    settle(result: 'approved' | 'denied' | 'fraud' | 'expired' | 'locked-out' | 'bypassed') {
      return take({ type: 'checked', key: game.effect('check').key, result });
    },
  };
  return game;
}

/** The sentences of these effects, by name; the alerts of a question as `alert`. */
export function said(effects: readonly Effect[]): string[] {
  const name = (part: Part) =>
    'message' in part
      ? part.message
      : 'alert' in part
        ? 'alert'
        : 'command' in part
          ? `${part.command} ${part.outcome}`
          : part.text;
  return effects.flatMap((effect) => (effect.type === 'send' ? effect.parts.map(name) : []));
}

export function types(effects: readonly Effect[]): string[] {
  return effects.map(({ type }) => type);
}
