import type { Conversation, Effect } from './types.js';

/** Effects of one lane are performed in order; lanes do not wait for each other. */
function laneOf(effect: Effect): string {
  switch (effect.type) {
    case 'send':
    case 'edit':
      return 'person';
    case 'report':
    case 'notice':
      return 'room';
    case 'readiness':
    case 'challenge':
    case 'check':
      return `auth ${effect.question}`;
    case 'mute':
    case 'unmute':
    case 'opt-out':
    case 'opt-in':
      return 'blacklist';
    default:
      return effect.type;
  }
}

/** The oldest effect of each lane: what may be performed next, each not before its time. */
export function heads(conversation: Conversation): readonly Effect[] {
  const first = new Map<string, Effect>();
  for (const effect of conversation.outbox) {
    const lane = laneOf(effect);
    if (!first.has(lane)) first.set(lane, effect);
  }
  return [...first.values()];
}

/** What is due, lane by lane in order: the effects that may be performed now, one after the other within a lane. */
export function dueLanes(conversation: Conversation, now: number): readonly (readonly Effect[])[] {
  const lanes = new Map<string, Effect[]>();
  const closed = new Set<string>();
  for (const effect of conversation.outbox) {
    const lane = laneOf(effect);
    if (closed.has(lane)) continue;
    if (effect.notBefore > now) closed.add(lane);
    else lanes.set(lane, [...(lanes.get(lane) ?? []), effect]);
  }
  return [...lanes.values()];
}
