import type { Conversation, Effect } from './types.js';

/**
 * Effects of one lane are performed in order; lanes do not wait for each other. A report or a notice that has failed
 * has a lane of its own from then on, so that it holds up no other.
 */
function laneOf(effect: Effect): string {
  switch (effect.type) {
    case 'report':
    case 'notice':
      return effect.tries > 0 ? effect.key : effect.type;
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
